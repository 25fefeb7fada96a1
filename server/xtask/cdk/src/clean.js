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
  const when = rest.when && least(rest.when);
  const isOfFlag = when?.every((/** @type {any[]} */ it) => it.some(({ flag, on }) => flag && !on));
  return {
    path: plain,
    ...rest,
    ...(when && { when }),
    ...(properties && { properties: isOfFlag ? doubted(properties) : cleanValue(properties) }),
  };
}

/** Without lists of guards that say more than another one. @param {any[][]} when */
function least(when) {
  const texts = when.map((it) => new Set(it.map((guard) => JSON.stringify(guard))));
  return when.filter((_, index) =>
    texts.every((it, other) => it === texts[index] || !isWithin(it, texts[index]) || (it.size === texts[index].size && other > index)),
  );
}

/** @param {Set<string>} some @param {Set<string>} all */
const isWithin = (some, all) => [...some].every((it) => all.has(it));

/**
 * What is there only without a feature flag was seen once, with the samples of props that the class must have: what
 * is no reference may come from them.
 * @param {any} value @returns {any}
 */
function doubted(value) {
  if (value === null || typeof value !== "object") return { $unknown: 1 };
  if (Array.isArray(value)) return value.map(doubted);
  if (value.$ref || value.$arg || value.$pseudo || value.$unknown) return value;
  if (Object.keys(value).some((it) => it.startsWith("$"))) return { $unknown: 1 };
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, doubted(it)]));
}

/** @param {any} value @returns {any} */
function cleanValue(value) {
  if (typeof value === "string") return OURS.test(value) ? { $unknown: 1 } : value;
  if (value === null || typeof value !== "object" || value.$arg || value.$ref) return value;
  if (Array.isArray(value)) return value.map(cleanValue);
  const members = Object.entries(value).filter(([name]) => !OURS.test(name));
  return Object.fromEntries(members.map(([name, it]) => [name, cleanValue(it)]));
}
