/** A table as a line of `classes.jsonl`, in which what there is most of is short, and back. */

/** Functions that need no more than their name. */
const PLAIN = ["same", "text", "unknown", "enum", "json", "jsonText"];

/** @param {any} table @returns {string} */
export function lineOf(table) {
  const short = withRows(table, ({ prop, when, set }) => [prop, set.map(shortened), ...(when ? [when] : [])]);
  return JSON.stringify({ ...short, trust: grouped(table.trust) });
}

/** @param {string} line @returns {any} */
export function tableIn(line) {
  const table = withRows(JSON.parse(line), ([prop, set, when]) => ({ prop, ...(when && { when }), set: set.map(spelt) }));
  const { full, none, opaque, except } = table.trust;
  const all = Object.entries({ full, none, opaque }).flatMap(([trust, props]) =>
    (props ?? []).map((/** @type {string} */ it) => [it, trust]),
  );
  return { ...table, trust: { ...Object.fromEntries(all), ...except } };
}

/** @param {Record<string, string | string[]>} trust */
function grouped(trust) {
  const entries = Object.entries(trust);
  /** @type {Record<string, any>} */
  const groups = {};
  for (const name of ["full", "none", "opaque"]) {
    const props = entries.filter(([, it]) => it === name).map(([prop]) => prop);
    if (props.length) groups[name] = props;
  }
  const except = entries.filter(([, it]) => Array.isArray(it));
  if (except.length) groups.except = Object.fromEntries(except);
  return groups;
}

/** @param {any} table @param {(row: any) => any} change @returns {any} */
function withRows(table, change) {
  return {
    ...table,
    ...(table.rows && { rows: table.rows.map(change) }),
    ...(table.methods && { methods: table.methods.map((/** @type {any} */ it) => withRows(it, change)) }),
  };
}

/** @param {[number, string, any]} setting */
function shortened([resource, path, fn]) {
  const [name, ...more] = Object.keys(fn);
  return [resource, path, !more.length && PLAIN.includes(name) && fn[name] === 1 ? name : fn];
}

/** @param {[number, string, any]} setting */
const spelt = ([resource, path, fn]) => [resource, path, typeof fn === "string" ? { [fn]: 1 } : fn];
