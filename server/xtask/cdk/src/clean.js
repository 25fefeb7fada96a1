/**
 * Takes out of a table what the experiment itself wrote, which is texts of samples that no slot accounts for, and what
 * nobody asks for: how resources look that a construct shares with others or adds to one given.
 */

const OURS = /probe/i;

/** @param {any} table  of a class, or of a method of one @param {any[]} others  the resources of the class @returns {any} */
export function cleaned(table, others = []) {
  const all = [...others, ...(table.resources ?? [])];
  const rows = table.rows?.map((/** @type {any} */ it) => cleanRow(it, all));
  return {
    ...table,
    // That a call does nothing is worth knowing too.
    ...(rows && { rows: rows.filter((/** @type {any} */ it) => it.set.length || it.prop.endsWith(")")) }),
    ...(table.resources && { resources: table.resources.map(cleanResource) }),
    ...(table.methods && { methods: table.methods.map((/** @type {any} */ it) => cleaned(it, all)) }),
  };
}

/** @param {string | undefined} path  of a resource */
const isElsewhere = (path) => /^[/@]/.test(path ?? "");

/** @param {any} row @param {any[]} resources */
function cleanRow(row, resources) {
  const kept = row.set.filter(
    (/** @type {any} */ [index, path]) => !OURS.test(path) && !isElsewhere(resources[index]?.path),
  );
  return { ...row, set: kept.map((/** @type {any} */ [resource, path, fn]) => [resource, path, cleanValue(fn)]) };
}

/** @param {any} resource */
function cleanResource({ path, properties, ...rest }) {
  const plain = path.startsWith("@") ? path : path.replace(/[^/]*probe[^/]*/gi, "*");
  if (isElsewhere(path)) return { path: plain, type: rest.type };
  return {
    path: plain,
    ...rest,
    ...(properties && { properties: cleanValue(properties) }),
  };
}

/** @param {any} value @returns {any} */
function cleanValue(value) {
  if (typeof value === "string") return OURS.test(value) ? { $unknown: 1 } : value;
  if (value === null || typeof value !== "object" || value.$arg || value.$ref) return value;
  if (Array.isArray(value)) return value.map(cleanValue);
  const members = Object.entries(value).filter(([name]) => !OURS.test(name));
  return Object.fromEntries(members.map(([name, it]) => [name, cleanValue(it)]));
}
