/** Finds the function that makes the values seen in the template of the samples given. */

import { isLeaf, same } from "./difference.js";
import { constantValue } from "./constants.js";

/**
 * @typedef {import("./values.js").Sample} Sample
 * @typedef {{ sample: Sample, value: any }} Seen  `value` is undefined where the property is absent
 */

/** The value is as if the prop were not given. */
export const KEEP = { $keep: 1 };
export const UNKNOWN = { unknown: 1 };

/**
 * @param {string} kind  of the samples
 * @param {string} path  of the slot, by which constructs given there are known
 * @param {Seen[]} seen
 * @returns {any} a function of the tables; undefined when nothing happens
 */
export function functionOf(kind, path, seen) {
  const effective = seen.filter((it) => it.value !== KEEP);
  if (!effective.length) return undefined;
  const values = seen.map((it) => it.value);
  if (kind === "date" || kind === "opaque") return UNKNOWN;
  const alike = values.every((it) => same(it, values[0]));
  if (kind === "boolean") return booleanFunction(seen);
  if (alike && (seen.length > 1 || !["text", "number", "duration", "size", "any", "constant", "enum"].includes(kind))) {
    return constantFunction(path, values[0]);
  }
  if (kind === "enum" || kind === "constant") return choiceFunction(kind, seen);
  if (kind === "any") return anyFunction(seen);
  if (values.includes(KEEP) || values.includes(undefined)) return UNKNOWN;
  return (
    treeFunction(seen, (leaves) => scalarFunction(kind, leaves)) ??
    (seen.length === 1 ? constantFunction(path, values[0]) : UNKNOWN)
  );
}

/** @param {string} path @param {any} value */
function constantFunction(path, value) {
  if (value === undefined) return { const: null };
  if (value?.$arg && value.$arg.length === 2 && value.$arg[0] === path) return { ref: value.$arg[1] };
  if (value?.$unknown) return UNKNOWN;
  return { const: value };
}

/** @param {Seen[]} seen */
function booleanFunction(seen) {
  if (seen.length > 1 && seen.every((it) => it.value === it.sample.raw)) return { same: 1 };
  return mapFunction(seen);
}

/** @param {Seen[]} seen */
function mapFunction(seen) {
  return {
    map: Object.fromEntries(
      seen.map((it) => [it.sample.constant ?? String(it.sample.raw), it.value === undefined ? null : it.value]),
    ),
  };
}

/** @param {string} kind @param {Seen[]} seen */
function choiceFunction(kind, seen) {
  const known = seen.map((it) => ({ ...it, constant: kind === "enum" ? it.sample.raw : constantValue(it.sample.raw) }));
  if (known.every((it) => it.constant !== undefined && same(it.value, it.constant))) return { enum: 1 };
  if (seen.length > 1) {
    const asText = known.every((it) => it.constant !== undefined && it.value === String(it.constant));
    if (asText) return { enum: 1, text: 1 };
    for (const field of Object.keys(known[0].constant ?? {})) {
      if (
        typeof known[0].constant === "object" &&
        known.every((it) => it.value !== KEEP && it.value === it.constant?.[field])
      ) {
        return { enum: field };
      }
    }
  }
  return mapFunction(seen);
}

/** @param {Seen[]} seen */
function anyFunction(seen) {
  const [{ sample, value }] = seen;
  if (same(value, sample.raw) || value === "probeVal") return { json: 1 };
  if (value === JSON.stringify(sample.raw)) return { jsonText: 1 };
  return UNKNOWN;
}

/**
 * The function of values that may have more around what varies.
 * @param {Seen[]} seen @param {(leaves: Seen[]) => any} leaf
 */
function treeFunction(seen, leaf) {
  const direct = seen.every((it) => isLeaf(it.value) && !it.value?.$sub) ? leaf(seen) : undefined;
  if (direct) return direct;
  const node = treeNode(seen, leaf);
  return node === undefined ? undefined : { template: node };
}

/** @param {Seen[]} seen @param {(leaves: Seen[]) => any} leaf @returns {any} undefined when there is none */
function treeNode(seen, leaf) {
  const [{ value: one }] = seen;
  const values = seen.map((it) => it.value);
  if (seen.length > 1 && values.every((it) => same(it, one))) return one;
  if (values.some((it) => it === null || typeof it !== "object")) {
    const found = values.every((it) => isLeaf(it)) ? leaf(seen) : undefined;
    if (!found) return undefined;
    if (found.same) return { $value: 1 };
    if (found.template) return Array.isArray(found.template) ? { $sub: found.template } : found.template;
    return found.const !== undefined ? found.const : { $fn: found };
  }
  const lists = values.every(Array.isArray);
  if (!lists && values.some(Array.isArray)) return undefined;
  const keys = Object.keys(one);
  if (!values.every((it) => same(Object.keys(it), keys))) return undefined;
  const entries = keys.map((key) => [
    key,
    treeNode(
      seen.map((it) => ({ ...it, value: it.value[key] })),
      leaf,
    ),
  ]);
  if (entries.some(([, node]) => node === undefined)) return undefined;
  return lists ? entries.map(([, node]) => node) : Object.fromEntries(entries);
}

/** @param {string} kind @param {Seen[]} seen */
function scalarFunction(kind, seen) {
  if (kind === "text") return textFunction(seen);
  if (kind === "number") return numberFunction(seen);
  if (kind === "duration") return durationFunction(seen);
  if (kind === "size") return sizeFunction(seen);
  return undefined;
}

/** @param {Seen[]} seen */
function textFunction(seen) {
  if (seen.every((it) => it.value === it.sample.raw)) return { same: 1 };
  return embedded(seen);
}

/** The text around the value, when it is the same each time. @param {Seen[]} seen */
function embedded(seen) {
  const parts = seen.map(({ sample, value }) =>
    typeof value === "string" && String(sample.raw).length > 1 ? value.split(String(sample.raw)) : [],
  );
  if (parts[0].length < 2 || !parts.every((it) => same(it, parts[0]))) return undefined;
  const template = parts[0].flatMap((it, index) => (index ? [{ $value: 1 }, it] : [it])).filter((it) => it !== "");
  return { template };
}

/** @param {Seen[]} seen */
function numberFunction(seen) {
  if (seen.every((it) => it.value === it.sample.raw)) return { same: 1 };
  if (seen.every((it) => it.value === String(it.sample.raw))) return { text: 1 };
  const [a, b] = seen;
  if (seen.length > 2 && seen.every((it) => typeof it.value === "number")) {
    const factor = (b.value - a.value) / (b.sample.raw - a.sample.raw);
    const offset = a.value - factor * a.sample.raw;
    if (seen.every((it) => Math.abs(it.value - factor * it.sample.raw - offset) < 1e-9))
      return { linear: [factor, offset] };
  }
  return embedded(seen);
}

/** Seconds in a unit. @type {Record<string, number>} */
const UNITS = { seconds: 1, minutes: 60, hours: 3600, days: 86400, milliseconds: 0.001 };

/** @param {Seen[]} seen */
function durationFunction(seen) {
  for (const [unit, seconds] of Object.entries(UNITS)) {
    const fits = (/** @type {(it: number) => any} */ form) =>
      seen.every((it) => same(it.value, form(Math.round(((it.sample.seconds ?? 0) / seconds) * 1e6) / 1e6)));
    if (fits((it) => it)) return { duration: unit };
    if (fits(String)) return { duration: unit, text: 1 };
  }
  return seen.every((it) => /^PT?\d/.test(it.value)) ? { duration: "iso" } : undefined;
}

/** @param {Seen[]} seen */
function sizeFunction(seen) {
  for (const [unit, mebibytes] of [
    ["MiB", 1],
    ["GiB", 1024],
    ["KiB", 1 / 1024],
    ["B", 1 / 1048576],
  ]) {
    const amount = (/** @type {Seen} */ it) => (it.sample.mebibytes ?? 0) / Number(mebibytes);
    if (seen.every((it) => it.value === amount(it))) return { size: unit };
    if (seen.every((it) => it.value === String(amount(it)))) return { size: unit, text: 1 };
  }
  return undefined;
}
