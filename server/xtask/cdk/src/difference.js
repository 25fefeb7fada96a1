/** How two synthesised stacks differ: resources that come and go, and properties that are set, removed or appended to. */

/**
 * @typedef {import("./synthesis.js").Resource} Resource
 * @typedef {import("./synthesis.js").Resources} Resources
 * @typedef {string | number | { append: number }} Segment  a member, an item that both lists have, a new item
 * @typedef {{ op: "new" | "gone" | "set" | "remove", resource: string, type: string, path: Segment[], value?: any }} Change
 */

/** True for what the tables take as one value: scalars, references, intrinsic functions. @param {any} value */
export function isLeaf(value) {
  if (value === null || typeof value !== "object") return true;
  if (Array.isArray(value)) return value.length === 0;
  const keys = Object.keys(value);
  return keys.length === 0 || (keys.length === 1 && (keys[0].startsWith("$") || keys[0].startsWith("Fn::")));
}

/** @param {any} a @param {any} b */
export const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** @param {Change} change */
export const keyOf = (change) =>
  JSON.stringify([change.op === "remove" ? "set" : change.op, change.resource, change.path]);

/** @param {Resources} before @param {Resources} after @param {(path: string) => boolean} [wanted] @returns {Change[]} */
export function changes(before, after, wanted = () => true) {
  /** @type {Change[]} */
  const found = [];
  for (const [resource, now] of after) {
    if (!wanted(resource)) continue;
    const then = before.get(resource);
    if (then && then.type !== now.type) found.push({ op: "gone", resource, type: then.type, path: [] });
    if (!then || then.type !== now.type) found.push({ op: "new", resource, type: now.type, path: [], value: now });
    else {
      const report = (/** @type {"set" | "remove"} */ op, /** @type {Segment[]} */ path, /** @type {any} */ value) =>
        found.push({ op, resource, type: now.type, path, value });
      compare(then.properties, now.properties, [], report);
      compare(withSigns(then.attributes), withSigns(now.attributes), [], report);
    }
  }
  for (const [resource, then] of before) {
    if (wanted(resource) && !after.has(resource)) found.push({ op: "gone", resource, type: then.type, path: [] });
  }
  return found;
}

/** Attributes of a resource stand beside its properties as `@DeletionPolicy`. @param {Record<string, any>} attributes */
const withSigns = (attributes) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`@${name}`, value]));

/** @param {any} before @param {any} after @param {Segment[]} path @param {(op: "set" | "remove", path: Segment[], value: any) => void} report */
function compare(before, after, path, report) {
  if (same(before, after)) return;
  if (after === undefined) return report("remove", path, undefined);
  if (isLeaf(after)) return report("set", path, after);
  if (Array.isArray(after)) {
    if (before === undefined || same(before, [])) return append(after, path, report);
    return Array.isArray(before) ? compareLists(before, after, path, report) : report("set", path, after);
  }
  const members = before === undefined || same(before, {}) ? {} : before;
  if (isLeaf(members) ? Object.keys(members).length : Array.isArray(members)) return report("set", path, after);
  for (const name of new Set([...Object.keys(members), ...Object.keys(after)])) {
    compare(members[name], after[name], [...path, name], report);
  }
}

/** @param {any[]} before @param {any[]} after @param {Segment[]} path @param {any} report */
function compareLists(before, after, path, report) {
  const added = after.slice();
  const kept = before.every((item) => {
    const index = added.findIndex((it) => same(it, item));
    if (index >= 0) added.splice(index, 1);
    return index >= 0;
  });
  if (kept) return append(added, path, report);
  if (before.length === after.length && [...before, ...after].every(isLeaf)) {
    return after.forEach((item, index) => compare(before[index], item, [...path, index], report));
  }
  const objects = [...before, ...after].every((it) => !isLeaf(it) && !Array.isArray(it));
  if (!objects || after.length < before.length) return report("set", path, after);
  before.forEach((item, index) => compare(item, after[index], [...path, index], report));
  append(after.slice(before.length), path, report);
}

/** @param {any[]} items @param {Segment[]} path @param {any} report */
function append(items, path, report) {
  items.forEach((item, index) => compare(undefined, item, [...path, { append: index }], report));
}
