/**
 * How the props of plain resources are spelled in templates, where no rule gives it. The generated code of the library
 * says it, prop by prop.
 */

import { generated } from "./generated.js";

const CLASS = /class (Cfn\w+) extends .{0,300}?CFN_RESOURCE_TYPE_NAME="([^"]+)"/g;
const FUNCTION = /function convert(Cfn\w+)ToCloudFormation\(properties\)\{(.*?)\}\):properties\}/g;
const PAIR = /("?)([\w.]+)\1:((?:cdk|convert|cfn|\()[\w.()]*?)\(properties\.(\w+)\)/g;

/** @typedef {{ names: Map<string, Set<string>>, kinds: Map<string, Set<string>> }} Spellings */
/** The lines of `spellings.txt`. */
export function spellingLines() {
  /** @type {Map<string, Spellings>} */
  const types = new Map();
  for (const code of generated()) read(code, types);
  return lines(types);
}

/** @param {string} code @param {Map<string, Spellings>} types */
function read(code, types) {
  const classes = [...code.matchAll(CLASS)].map(([, name, type]) => ({ name, type }));
  for (const [, name, body] of code.matchAll(FUNCTION)) {
    // `CfnRolePolicyProperty` may be the struct `Policy` of `CfnRole` or one of `CfnRolePolicy`.
    for (const owner of classes.filter((it) => name === `${it.name}Props` || isStruct(name, it.name))) {
      const known = types.get(owner.type) ?? { names: new Map(), kinds: new Map() };
      types.set(owner.type, known);
      for (const [, , property, how, prop] of body.matchAll(PAIR)) {
        add(known.names, prop, property);
        add(known.kinds, prop, kind(how));
      }
    }
  }
}

/** @param {string} name @param {string} owner */
function isStruct(name, owner) {
  return name.endsWith("Property") && name.startsWith(owner);
}

/** Whether names below a prop are the author's: all of them, those of the first level, or none. @param {string} how */
function kind(how) {
  if (/objectToCloudFormation|hashMapper\(cdk\(\)/.test(how)) return "*";
  return /hashMapper\(/.test(how) ? "{}" : "";
}

/** @param {Map<string, Set<string>>} map @param {string} key @param {string} value */
function add(map, key, value) {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** @param {Map<string, Spellings>} types */
function lines(types) {
  const all = [...types].sort(([a], [b]) => (a < b ? -1 : 1));
  return all.map(([type, { names, kinds }]) => {
    const words = [...names].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([prop, spellings]) => {
      const by = [...spellings].sort();
      const kind = [...(kinds.get(prop) ?? [])];
      const usual = prop[0].toUpperCase() + prop.slice(1);
      const mark = kind.length === 1 ? kind[0] : "";
      // Of two spellings in one resource none is said.
      const spelling = by.length > 1 ? ":?" : by[0] === usual ? "" : `:${by[0]}`;
      return mark || spelling ? [`${prop}${mark}${spelling}`] : [];
    });
    return [type, ...words].join(" ");
  });
}
