/** Props that are given together: which resources are then not made, and which items of lists they share. */

import { attempt } from "./experiment.js";
import { lookUp } from "./naming.js";
import { same } from "./difference.js";
import { synthesise } from "./synthesis.js";

/**
 * @typedef {import("./rows.js").Rows} Rows
 * @typedef {import("./experiment.js").Finding} Finding
 * @typedef {import("./experiment.js").Experiment} Experiment
 * @typedef {{ prop: string, maker: any, overrides: any, changes: import("./difference.js").Change[], kind: string }} Effect
 */

/** How many pairs are tried at most. */
const MOST = 60;

/** @param {Experiment} experiment @param {Finding[]} findings @param {Rows} rows @returns {[string, string][]} the props that exclude each other */
export function addInteractions(experiment, findings, rows) {
  const effects = findings.flatMap((it) => effectsOf(experiment, it));
  /** @type {[string, string][]} */
  const conflicts = [];
  let tried = 0;
  for (const one of effects) {
    for (const other of effects) {
      if (one.prop === other.prop || tried >= MOST || experiment.late) continue;
      const made = one.changes.filter((it) => it.op === "new" && !/^[@/]/.test(it.resource));
      const lists = sharedLists(one, other);
      const suppresses = made.length && other.kind === "construct";
      if (!suppresses && !(lists.length && one.prop < other.prop)) continue;
      tried += 1;
      const overrides = { ...one.overrides, ...other.overrides, [one.prop]: one.maker, [other.prop]: other.maker };
      const both = attempt(() => synthesise(experiment.build(overrides)).resources);
      if (both instanceof Error) {
        conflicts.push([one.prop, other.prop]);
        continue;
      }
      for (const { resource } of made) {
        if (both.has(resource)) continue;
        for (const creation of rows.creations) {
          const guard = { prop: other.prop, given: false };
          if (creation.resource !== resource || creation.row.prop.split(/[.[({]/)[0] !== one.prop) continue;
          if (!creation.guards.some((it) => same(it, guard))) creation.guards.push(guard);
        }
      }
      for (const { resource, list, sum } of lists) {
        const items = lookUp(both, resource, list);
        if (Array.isArray(items) && items.length < sum) share(rows, resource, one.prop, other.prop);
      }
    }
  }
  return conflicts;
}

/** @param {Experiment} experiment @param {Finding} finding @returns {Effect[]} */
function effectsOf(experiment, finding) {
  if (finding.slot.depth !== 1) return [];
  const overrides = experiment.enablers.get(finding.slot.prop)?.overrides ?? {};
  return finding.outcomes.flatMap(({ results }) => {
    /** @type {Map<string, Effect>} */
    const kinds = new Map();
    for (const { sample, changes } of results) {
      const key = changes
        .filter((it) => it.op === "new")
        .map((it) => it.resource)
        .join();
      if (changes.length && !kinds.has(key)) {
        kinds.set(key, {
          prop: finding.slot.prop,
          maker: finding.slot.put(sample.make),
          overrides,
          changes,
          kind: sample.kind,
        });
      }
    }
    return [...kinds.values()].slice(0, 3);
  });
}

/** Lists that both make out of nothing. @param {Effect} one @param {Effect} other */
function sharedLists(one, other) {
  const lists = new Map(listsOf(one));
  return listsOf(other).flatMap(([key, { resource, list, count }]) => {
    const first = lists.get(key);
    return first ? [{ resource, list, sum: first.count + count }] : [];
  });
}

/** @param {Effect} effect @returns {[string, { resource: string, list: string[], count: number }][]} */
function listsOf(effect) {
  /** @type {Map<string, { resource: string, list: string[], count: number }>} */
  const found = new Map();
  for (const { op, resource, path } of effect.changes) {
    const at = path.findIndex((it) => typeof it === "object");
    if (op !== "set" || at < 0 || path.slice(0, at).some((it) => typeof it !== "string")) continue;
    const list = /** @type {string[]} */ (path.slice(0, at));
    const key = JSON.stringify([resource, list]);
    const count = /** @type {any} */ (path[at]).append + 1;
    found.set(key, { resource, list, count: Math.max(count, found.get(key)?.count ?? 0) });
  }
  return [...found];
}

/** Gives the items of two props in a resource one name. @param {Rows} rows @param {string} resource @param {string} one @param {string} other */
function share(rows, resource, one, other) {
  for (const row of rows.rows) {
    for (const setting of row.set) {
      if (setting.resource === resource)
        setting.path = setting.path.replace(`[+${other}]`, `[+${one}]`).replace(`[+${other}/`, `[+${one}/`);
    }
  }
}
