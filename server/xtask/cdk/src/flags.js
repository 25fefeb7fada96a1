/** What differs when a feature flag is off: in a default instance, and in what props make. */

import { features } from "./assembly.js";
import { changes, keyOf, same } from "./difference.js";
import { attempt, worked } from "./experiment.js";
import { FLAGS, synthesise } from "./synthesis.js";

/**
 * @typedef {import("./difference.js").Change} Change
 * @typedef {import("./rows.js").Rows} Rows
 * @typedef {import("./slots.js").Slot} Slot
 * @typedef {import("./slots.js").Maker} Maker
 * @typedef {import("./synthesis.js").Build} Build
 * @typedef {import("./synthesis.js").Resources} Resources
 */

/** Samples of a prop that are tried without flags. */
const SAMPLES = 3;

/**
 * @param {Rows} rows @param {(overrides: Record<string, Maker>) => Build} build @param {Resources} base @param {Slot[]} slots
 * @param {number} effort  that it may be
 */
export function addFlags(rows, build, base, slots, effort) {
  const end = worked() + effort;
  const ofDefault = differing(FLAGS, build({}), base);
  for (const { flag, found } of ofDefault) {
    const sample = { label: flag, kind: "flag", make: () => undefined };
    /** @type {any} */
    const slot = { path: "", prop: "", depth: 0, required: false, parent: "", groups: [], put: () => undefined };
    const group = { path: "", kind: "flag", wanted: 1, samples: [sample] };
    rows.add({ slot, outcomes: [{ group, results: [{ sample, changes: found }], errors: [] }], base, guard: off(flag) });
  }
  for (const slot of slots.filter((it) => it.depth === 1)) {
    for (const group of slot.groups) {
      if (worked() > end) return;
      addFlagsOfGroup(rows, build, slot, group, ofDefault);
    }
  }
}

/**
 * @param {Rows} rows @param {(overrides: Record<string, Maker>) => Build} build @param {Slot} slot
 * @param {import("./slots.js").Group} group @param {{ flag: string, found: Change[] }[]} ofDefault
 */
function addFlagsOfGroup(rows, build, slot, group, ofDefault) {
  /** @type {{ sample: import("./values.js").Sample, base: Resources, found: { flag: string, found: Change[] }[] }[]} */
  const tried = [];
  for (const sample of group.samples.slice(0, SAMPLES)) {
    const maker = slot.put(sample.make);
    const instance = maker && build({ [slot.prop]: maker });
    const base = instance && attempt(() => synthesise(instance).resources);
    if (!instance || !base || base instanceof Error) continue;
    tried.push({ sample, base, found: differing(FLAGS, instance, base) });
  }
  for (const flag of new Set(tried.flatMap((it) => it.found.map((it) => it.flag)))) {
    const known = ofDefault.find((it) => it.flag === flag)?.found ?? [];
    const results = tried.map(({ sample, found }) => {
      const all = found.find((it) => it.flag === flag)?.found ?? [];
      return { sample, changes: all.filter((it) => !known.some((other) => alike(it, other))) };
    });
    if (results.every((it) => !it.changes.length)) continue;
    guardMade(rows, slot, flag, results);
    const outcome = { group, results, errors: [] };
    const tally = structuredClone(rows.props.get(slot.prop));
    const { base } = tried[0];
    rows.add({ slot: { ...slot, required: false, item: false }, outcomes: [outcome], base, guard: off(flag) });
    if (tally) rows.props.set(slot.prop, tally);
  }
}

/** What the prop makes only while the flag is on. @param {Rows} rows @param {Slot} slot @param {string} flag @param {import("./experiment.js").Result[]} results */
function guardMade(rows, slot, flag, results) {
  for (const { resource } of results.flatMap((it) => it.changes.filter((it) => it.op === "gone"))) {
    for (const creation of rows.creations) {
      if (creation.resource !== resource || creation.row.prop.split(/[.[({]/)[0] !== slot.prop) continue;
      const guard = { ...off(flag), on: true };
      if (!creation.guards.some((it) => same(it, guard))) creation.guards.push(guard);
    }
  }
}

/** @param {string} flag */
function off(flag) {
  const unset = features.FLAGS[flag]?.unconfiguredBehavesLike?.v2 === true;
  return { prop: "", flag, on: false, ...(unset && { unset }) };
}

/** Of policies no more than that their statements are others: how those are put together is a flag's own business. @param {Change[]} found */
function coarse(found) {
  const all = found.map((it) => {
    const list = it.path.indexOf("Statement");
    if (list < 0 || it.op === "new" || it.op === "gone") return it;
    return { ...it, op: /** @type {const} */ ("set"), path: it.path.slice(0, list + 1), value: { $unknown: 1 } };
  });
  return all.filter((it, index) => all.findIndex((other) => alike(it, other)) === index);
}

/** @param {Change} one @param {Change} other */
const alike = (one, other) => keyOf(one) === keyOf(other) && one.op === other.op && same(one.value, other.value);

/** Looks for the flags that matter, half by half. @param {string[]} flags @param {Build} build @param {Resources} base @returns {{ flag: string, found: Change[] }[]} */
function differing(flags, build, base) {
  const without = attempt(() => synthesise(build, Object.fromEntries(flags.map((it) => [it, false]))).resources);
  // Flags that do not go together: each half may.
  const found = without instanceof Error ? undefined : coarse(changes(base, without, (it) => !it.startsWith("@")));
  if (found && !found.length) return [];
  if (flags.length === 1) return found ? [{ flag: flags[0], found }] : [];
  const middle = flags.length >> 1;
  return [...differing(flags.slice(0, middle), build, base), ...differing(flags.slice(middle), build, base)];
}
