/** A table as a line of `classes.jsonl`, in which what there is most of is short, and back. */

/** Functions that need no more than their name. */
const PLAIN = ["same", "text", "unknown", "enum", "json", "jsonText"];

/** @param {any} table @returns {string} */
export function lineOf(table) {
  const short = withRows(table, () => {
    const [props, paths] = [new Front(), new Front()];
    return ({ prop, when, set }) => [
      props.written(prop),
      set.map((/** @type {any} */ it) => shortened(it, paths)),
      ...(when ? [when] : []),
    ];
  });
  return JSON.stringify({ ...short, trust: grouped(table.trust) });
}

/** @param {string} line @returns {any} */
export function tableIn(line) {
  const table = withRows(JSON.parse(line), () => {
    const [props, paths] = [new Front(), new Front()];
    return ([prop, set, when]) => ({
      prop: props.read(prop),
      ...(when && { when }),
      set: set.map((/** @type {any} */ it) => spelt(it, paths)),
    });
  });
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

/** @param {any} table @param {() => (row: any) => any} change  for the rows of one list @returns {any} */
function withRows(table, change) {
  return {
    ...table,
    ...(table.rows && { rows: table.rows.map(change()) }),
    ...(table.methods && { methods: table.methods.map((/** @type {any} */ it) => withRows(it, change)) }),
  };
}

/** @param {[number, string, any]} setting @param {Front} paths */
function shortened([resource, path, fn], paths) {
  const [name, ...more] = Object.keys(fn);
  return [resource, paths.written(path), !more.length && PLAIN.includes(name) && fn[name] === 1 ? name : fn];
}

/** @param {[number, string, any]} setting @param {Front} paths */
const spelt = ([resource, path, fn], paths) => [
  resource,
  paths.read(path),
  typeof fn === "string" ? { [fn]: 1 } : fn,
];

/** Beginnings of texts that are not worth being counted instead of written. */
const LEAST = 4;

/** Texts of which each begins as the one before: `12^rest` has its first twelve letters. */
class Front {
  last = "";

  /** @param {string} text */
  written(text) {
    let count = 0;
    while (count < text.length && text[count] === this.last[count]) count += 1;
    this.last = text;
    return count < LEAST ? text : `${count}^${text.slice(count)}`;
  }

  /** @param {string} text */
  read(text) {
    const [, count, rest] = /^(\d+)\^(.*)$/s.exec(text) ?? [];
    this.last = count === undefined ? text : this.last.slice(0, Number(count)) + rest;
    return this.last;
  }
}
