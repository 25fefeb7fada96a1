/** Makes rows, resources and trust of what an experiment found. */

import { isLeaf, keyOf, same } from "./difference.js";
import { NO_EFFORT } from "./experiment.js";
import { KEEP, UNKNOWN, functionOf } from "./functions.js";
import { Names, indexed, lookUp } from "./naming.js";
import { ENDINGS } from "./words.js";

/**
 * @typedef {import("./experiment.js").Finding} Finding
 * @typedef {import("./experiment.js").Guard} Guard
 * @typedef {import("./experiment.js").Outcome} Outcome
 * @typedef {import("./experiment.js").Result} Result
 * @typedef {import("./difference.js").Change} Change
 * @typedef {import("./synthesis.js").Resources} Resources
 * @typedef {{ resource: string, type: string, path: string, at: string, fn: any }} Setting
 * @typedef {{ prop: string, when: Guard[], set: Setting[], slot: string }} Row
 * @typedef {{ resource: string, type: string, guards: Guard[], leaves: Map<string, any>, row: Row,
 *   varying: { setting: Setting, path: (string | number)[] }[], each?: string }} Creation
 */

export class Rows {
  /** @param {Resources} root */
  constructor(root) {
    this.root = root;
    this.names = new Names(root);
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Creation[]} */
    this.creations = [];
    /** What must hold for default resources: of each list one guard. @type {Map<string, Guard[][]>} */
    this.kept = new Map();
    /** Paths that a required slot decides, by the slot that it is required in. @type {Map<string, Set<string>>} */
    this.owned = new Map();
    /** @type {Map<string, { working: number, effective: number, unknown: number, blind: string[], untried?: boolean }>} */
    this.props = new Map();
    /** @type {[string, Guard][]} */
    this.needs = [];
  }

  /** @param {Finding} finding */
  add(finding) {
    const { slot, outcomes } = finding;
    const tally = this.props.get(slot.prop) ?? { working: 0, effective: 0, unknown: 0, blind: [] };
    this.props.set(slot.prop, tally);
    if (finding.needed && finding.guard && slot.depth === 1) this.needs.push([slot.path, finding.guard]);
    if (slot.item) this.names.pair(slot.path, finding.pairs);
    if (finding.failed) tally.blind.push(slot.path);
    // What no row speaks of may be what such a member does.
    if (finding.failed === NO_EFFORT && slot.depth <= 2) tally.untried = true;
    const keys = slot.required ? keysOf(outcomes.flatMap((it) => it.results)) : undefined;
    for (const outcome of outcomes) {
      if (!outcome.results.length) {
        tally.blind.push(outcome.group.path);
        continue;
      }
      tally.working += 1;
      const own = keysOf(outcome.results);
      const row = this.row(
        finding,
        outcome,
        keys ? new Map([...keys].filter(([key, it]) => own.has(key) || !(contains(keys, it) || within(own, it)))) : own,
      );
      const isEffective = outcome.results.some((it) => it.changes.length) || keys?.size;
      if (isEffective) tally.effective += 1;
      // A construct that nobody uses is one that another member would use.
      else if (outcome.group.kind === "construct" && slot.depth > 1 && !slot.required)
        tally.blind.push(outcome.group.path);
      if (row?.set.some((it) => it.fn === UNKNOWN)) tally.unknown += 1;
    }
  }

  /** @param {Finding} finding @param {Outcome} outcome @param {Map<string, Change>} keys */
  row(finding, outcome, keys) {
    const { slot, base } = finding;
    /** @type {Row} */
    const row = { prop: outcome.group.path, when: finding.guard ? [finding.guard] : [], set: [], slot: slot.path };
    for (const [key, change] of keys) {
      const seen = outcome.results.map((it) => ({ sample: it.sample, value: valueAt(it, key, change) }));
      if (change.op === "new") this.create(slot, row, change, outcome, seen, finding.pairs);
      else if (change.op === "gone") this.remove(row, change, outcome, seen);
      else {
        const path = indexed(change, base);
        const at = JSON.stringify([change.resource, path]);
        if (slot.required) for (const it of [slot.parent, ...prefixes(slot.path)]) this.own(it, at);
        const before = lookUp(base, change.resource, path);
        const fn = this.fn(row, outcome, seen, before, slot.required);
        const name = fn && this.names.path(change, path, row.prop);
        if (fn && name)
          row.set.push({
            resource: change.resource,
            type: change.type,
            path: fn.json ? name.replace(/(?<=.)\.?\{\}$/, "") : name,
            at,
            fn,
          });
      }
    }
    this.rows.push(row);
    return row;
  }

  /** @param {Row} row @param {Outcome} outcome @param {any[]} seen @param {any} before @param {boolean} required */
  fn(row, outcome, seen, before, required) {
    const { kind } = outcome.group;
    const complete = seen.map((it) => (it.value === KEEP ? { ...it, value: before } : it));
    const whole = functionOf(kind, row.prop, complete);
    if (required || !seen.some((it) => it.value === KEEP))
      return same(whole, { const: null }) && required ? undefined : whole;
    if (seen.every((it) => it.value === KEEP)) return undefined;
    if (whole && !whole.map && whole !== UNKNOWN) return whole;
    const ending = ENDINGS.find((it) =>
      seen.every(({ sample, value }) => (value !== KEEP) === String(sample.raw).endsWith(it)),
    );
    if (kind === "text" && ending) {
      const some = seen.filter((it) => it.value !== KEEP);
      const fn = functionOf(kind, row.prop, some.length > 1 ? some : [some[0], some[0]]);
      return fn && { when: { prop: row.prop, suffix: ending }, ...fn };
    }
    return functionOf(kind, row.prop, seen);
  }

  /** @param {import("./slots.js").Slot} slot @param {Row} row @param {Change} change @param {Outcome} outcome @param {any[]} seen @param {Change[] | undefined} pairs */
  create(slot, row, change, outcome, seen, pairs) {
    const made = seen.filter((it) => it.value !== KEEP);
    // How many there are of what a number makes no sample tells.
    if (!made.length || outcome.group.kind === "number") return;
    const guard = presence(row.prop, outcome.group.kind, seen, made);
    // One member of an enum makes the resource: nothing in it varies.
    const kind = made.length === 1 && isChoice(outcome.group.kind) ? "struct" : outcome.group.kind;
    /** @type {Map<string, { path: (string | number)[], values: any[] }>} */
    const leaves = new Map();
    made.forEach(({ value }, index) => {
      const tree = {
        ...value.properties,
        ...Object.fromEntries(Object.entries(value.attributes).map(([name, it]) => [`@${name}`, it])),
      };
      visitLeaves(tree, [], (path, leaf) => {
        const key = JSON.stringify(path);
        if (!leaves.has(key)) leaves.set(key, { path, values: made.map(() => undefined) });
        /** @type {any} */ (leaves.get(key)).values[index] = leaf;
      });
    });
    /** @type {Creation} */
    const creation = {
      resource: change.resource,
      type: change.type,
      guards: [...row.when, ...guard],
      leaves: new Map(),
      varying: [],
      row,
    };
    if (pairs?.some((it) => it.op === "new" && it.type === change.type) && slot.item) creation.each = slot.path;
    for (const [key, { path, values }] of leaves) {
      const fn = functionOf(
        kind,
        row.prop,
        made.map(({ sample }, index) => ({ sample, value: values[index] })),
      );
      if (values.every((it) => it?.$unknown)) creation.leaves.set(key, values[0]);
      else if (fn && "const" in fn && fn.const !== null) creation.leaves.set(key, fn.const);
      else if (fn) {
        const at = JSON.stringify([change.resource, path]);
        const setting = { resource: change.resource, type: change.type, path: "", at, fn };
        row.set.push(setting);
        creation.varying.push({ setting, path });
      }
    }
    if (slot.required) this.own(slot.parent, JSON.stringify([change.resource, []]));
    this.creations.push(creation);
  }

  /** @param {Row} row @param {Change} change @param {Outcome} outcome @param {any[]} seen */
  remove(row, change, outcome, seen) {
    if (!this.root.has(change.resource)) return;
    const gone = seen.filter((it) => it.value !== KEEP);
    if (!gone.length) return;
    const flags = row.when.filter((it) => it.flag).map((it) => ({ ...it, on: true }));
    const present = presence(row.prop, outcome.group.kind, seen, gone).map((it) =>
      it.is ? { prop: it.prop, not: it.is } : { ...it, given: false },
    );
    const guards = [...flags, ...present];
    const known = this.kept.get(change.resource) ?? [];
    // Without the flag no more need be asked.
    if (!guards.length || known.some((it) => it.every((one) => guards.some((other) => same(one, other))))) return;
    this.kept.set(change.resource, [...known, guards]);
  }

  /** @param {string} parent @param {string} at */
  own(parent, at) {
    if (!this.owned.has(parent)) this.owned.set(parent, new Set());
    this.owned.get(parent)?.add(at);
  }

  /** @param {string} prop @param {string} text  of all resources, which may refer to what is given */
  trust(prop, text) {
    const tally = this.props.get(prop);
    if (!tally || !tally.working || tally.untried || (tally.blind.length && !tally.effective)) return "opaque";
    const blind = [...new Set(tally.blind)].sort();
    const least = blind.filter((it) => !blind.some((other) => it !== other && isBelow(it, other)));
    if (least.length || tally.unknown) return least.map((it) => it.slice(prop.length));
    return tally.effective || text.includes(`"$arg":["${prop}"`) || text.includes(`"$arg":["${prop}.`)
      ? "full"
      : "none";
  }
}

/** True for the path of something in what is at the other path. @param {string} path @param {string} other */
const isBelow = (path, other) => path.startsWith(other) && /^[.[({]/.test(path.slice(other.length));

/** @param {string} kind */
const isChoice = (kind) => ["boolean", "enum", "constant"].includes(kind);

/** The guard that tells when samples do what `some` of those `seen` do. @param {string} prop @param {string} kind @param {any[]} seen @param {any[]} some @returns {Guard[]} */
function presence(prop, kind, seen, some) {
  if (prop === "") return [];
  if (isChoice(kind) && some.length < seen.length)
    return [{ prop, is: some.map((it) => it.sample.constant ?? it.sample.label) }];
  if (kind === "text" && some.length < seen.length) {
    const ending = ENDINGS.find((it) => some.every(({ sample }) => String(sample.raw).endsWith(it)));
    if (ending) return [{ prop, suffix: ending }];
  }
  return [{ prop, given: true }];
}

/** @param {Result[]} results */
function keysOf(results) {
  /** @type {Map<string, Change>} */
  const keys = new Map();
  for (const { changes } of results) for (const change of changes) keys.set(keyOf(change), change);
  return keys;
}

/** The paths of what a member is in; what is there without the call that it is an argument of is none of them. @param {string} path */
const prefixes = (path) => [...path.matchAll(/[.[{]/g)].map((it) => path.slice(0, it.index));

/** True when other changes are inside what this one changes. @param {Map<string, Change>} keys @param {Change} change */
const contains = (keys, change) => change.path.length > 0 && [...keys.values()].some((it) => isInside(it, change));

/** True when this change is inside what another one changes. @param {Map<string, Change>} keys @param {Change} change */
const within = (keys, change) => [...keys.values()].some((it) => it.path.length > 0 && isInside(change, it));

/** @param {Change} inner @param {Change} outer */
function isInside(inner, outer) {
  return (
    inner.resource === outer.resource &&
    inner.path.length > outer.path.length &&
    outer.path.every((part, index) => same(part, inner.path[index]))
  );
}

/** @param {Result} result @param {string} key @param {Change} change */
function valueAt(result, key, change) {
  const found = result.changes.find((it) => keyOf(it) === key);
  if (!found) return KEEP;
  return change.op === "gone" ? null : found.value;
}

/** @param {any} value @param {(string | number)[]} path @param {(path: (string | number)[], leaf: any) => void} visit */
export function visitLeaves(value, path, visit) {
  if (isLeaf(value)) visit(path, value);
  else if (Array.isArray(value)) value.forEach((it, index) => visitLeaves(it, [...path, index], visit));
  else for (const [name, it] of Object.entries(value)) visitLeaves(it, [...path, name], visit);
}
