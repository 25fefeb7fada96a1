/** Takes what the experiment itself wrote out of a table: texts of samples that no slot accounts for. */

const OURS = /probe/i;

/** @param {any} table  of a class @returns {any} */
export function cleaned(table) {
  return {
    ...table,
    ...(table.rows && { rows: table.rows.map(cleanRow).filter((/** @type {any} */ it) => it.set.length) }),
    ...(table.resources && { resources: table.resources.map(cleanResource) }),
    ...(table.methods && { methods: table.methods.map(cleaned) }),
  };
}

/** @param {any} row */
function cleanRow(row) {
  const kept = row.set.filter((/** @type {any} */ [, path]) => !OURS.test(path));
  return { ...row, set: kept.map((/** @type {any} */ [resource, path, fn]) => [resource, path, cleanValue(fn)]) };
}

/** @param {any} resource */
function cleanResource({ path, properties, ...rest }) {
  return {
    path: path.startsWith("@") ? path : path.replace(/[^/]*probe[^/]*/gi, "*"),
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
