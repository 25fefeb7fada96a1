/**
 * What type the members of the library's classes and interfaces have, for code that is written with the types in it.
 *
 * One line for each type: its name, `<` and each type that it extends, then its members. `name:type` is a property,
 * `name():type` a method; `?` behind the name says that it may be undefined, `.` before it that it belongs to the class
 * itself. `s`, `n`, `b` and `a` are text, number, boolean and any; `[type]` is a list, `{type}` a map, `|` stands between
 * alternatives. An enum has `=` for its members. Of plain resources only the attributes that are no text are listed, and
 * structs only of the core: what else takes settings is not written out as a type.
 */

import { tableName, types } from "./assembly.js";

/** @type {Record<string, string>} */
const PRIMITIVES = { string: "s", number: "n", boolean: "b", any: "a", json: "a" };

/** The lines of `types.txt`. */
export function typeLines() {
  const lines = [];
  for (const [name, type] of Object.entries(types)) {
    const owner = name.split(".").slice(0, -1).join(".");
    const module = tableName(name).split(".")[0];
    const isSettings = type.datatype && module !== "core";
    const isReference = module === "interfaces" && name.split(".").length > 3;
    if (types[owner] || isSettings || isReference) continue;
    if (type.kind === "enum") lines.push(`${tableName(name)} =`);
    else lines.push(...line(name, type));
  }
  return lines.sort();
}

/** True for what is generated from the schema of resources. @param {any} type */
const isPlain = (type) => type.name.startsWith("Cfn");

/** @param {string} name @param {any} type @returns {string[]} */
function line(name, type) {
  const plain = isPlain(type) && type.kind === "class";
  const words = [tableName(name)];
  const bases = plain ? [] : [type.base, ...(type.interfaces ?? [])].filter((it) => it && types[it]);
  words.push(...bases.map((it) => `<${tableName(it)}`));
  for (const it of type.properties ?? []) {
    if (it.protected) continue;
    const written = typeOf(it.type);
    if (!written || (plain && (!it.name.startsWith("attr") || written === "s"))) continue;
    words.push(`${it.static ? "." : ""}${it.name}${it.optional ? "?" : ""}:${written}`);
  }
  for (const it of plain ? [] : type.methods ?? []) {
    const written = it.returns && typeOf(it.returns.type);
    if (it.protected || it.async || !written) continue;
    words.push(`${it.static ? "." : ""}${it.name}()${it.returns.optional ? "?" : ""}:${written}`);
  }
  return plain && words.length === 1 ? [] : [words.join(" ")];
}

/** @param {any} type @returns {string | undefined} */
function typeOf(type) {
  if (type.primitive) return PRIMITIVES[type.primitive];
  if (type.fqn) return types[type.fqn] && tableName(type.fqn);
  if (type.collection) {
    const item = typeOf(type.collection.elementtype);
    return item && (type.collection.kind === "array" ? `[${item}]` : `{${item}}`);
  }
  const parts = type.union?.types.map(typeOf);
  return parts?.every(Boolean) ? parts.join("|") : undefined;
}
