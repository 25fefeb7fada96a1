/** Says for people what has changed from one set of tables to another, which lines of JSON do not show. */

/** Lines that are written of one class at most. */
const MOST = 40;
/** Letters of one line at most. */
const WIDE = 160;
/** From what is known best to what is not known. */
const TRUST = ["full", "none", "partial", "opaque"];

/** @param {Map<string, any>} before @param {Map<string, any>} after @returns {string[]} */
export function comparison(before, after) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = [];
  const less = [];
  for (const name of names) {
    const [old, now] = [before.get(name), after.get(name)];
    if (!old || !now) {
      lines.push(`${name}: ${old ? "gone" : "new"}`);
      continue;
    }
    const found = differences(old, now);
    if (!found.length) continue;
    lines.push(`${name}: ${found.length} differences`);
    lines.push(...found.slice(0, MOST).map((it) => `  ${it.length > WIDE ? `${it.slice(0, WIDE)}…` : it}`));
    if (found.length > MOST) lines.push(`  … ${found.length - MOST} more`);
    const lost = lessKnown(old, now);
    if (lost.length) less.push(`  ${name}: ${lost.join(", ")}`);
  }
  return less.length ? [...lines, "less is known than before of:", ...less] : lines;
}

/** @param {any} old @param {any} now @returns {string[]} */
function differences(old, now) {
  const [one, other] = [facts(old), facts(now)];
  const keys = [...new Set([...one.keys(), ...other.keys()])].sort();
  return keys.flatMap((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    if (a === b) return [];
    if (a === undefined) return [`+ ${key} ${b}`];
    if (b === undefined) return [`- ${key} ${a}`];
    return [`~ ${key} ${a} → ${b}`];
  });
}

/** All that a table says, by what it is about: rows keep their order only among those of one key. @param {any} table */
function facts(table) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const add = (/** @type {string} */ key, /** @type {any} */ value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const known = found.get(key);
    found.set(key, known === undefined ? text : `${known}; ${text}`);
  };
  factsOf(table, table.resources ?? [], add);
  for (const method of table.methods ?? []) {
    const resources = [...(table.resources ?? []), ...(method.resources ?? [])];
    factsOf(method, resources, (key, value) => add(`${method.name}() ${key}`, value));
  }
  return found;
}

/** @param {any} table @param {any[]} resources  by the numbers of the rows @param {(key: string, value: any) => void} add */
function factsOf(table, resources, add) {
  for (const [key, value] of Object.entries(table)) {
    if (["class", "rows", "resources", "trust", "methods"].includes(key)) continue;
    const entries = value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [["", value]];
    for (const [name, it] of entries) add(`${key} ${name}`, it);
  }
  for (const { path, properties, ...rest } of table.resources ?? []) {
    add(`resource ${path}`, rest);
    for (const [name, value] of Object.entries(properties ?? {})) add(`resource ${path} ${name}`, value);
  }
  for (const { prop, when, set } of table.rows ?? []) {
    const guards = when ? ` when ${JSON.stringify(when)}` : "";
    if (!set.length) add(`${prop}${guards}`, "nothing");
    for (const [resource, path, fn] of set) add(`${prop} to ${resources[resource]?.path} ${path}${guards}`, fn);
  }
  for (const [prop, trust] of Object.entries(table.trust ?? {})) add(`trust of ${prop}`, trust);
}

/** The props, also of methods, that less is known of. @param {any} old @param {any} now @returns {string[]} */
function lessKnown(old, now) {
  const trusts = (/** @type {any} */ table) => [
    ...Object.entries(table.trust ?? {}),
    ...(table.methods ?? []).flatMap((/** @type {any} */ it) =>
      Object.entries(it.trust ?? {}).map(([prop, trust]) => [`${it.name}(${prop})`, trust]),
    ),
  ];
  const known = new Map(trusts(now));
  return trusts(old)
    .filter(([prop, trust]) => {
      const [before, after] = [trust, known.get(prop) ?? "opaque"];
      const [a, b] = [before, after].map((it) => TRUST.indexOf(Array.isArray(it) ? "partial" : it));
      return b > a || (Array.isArray(before) && Array.isArray(after) && after.length > before.length);
    })
    .map(([prop]) => prop);
}
