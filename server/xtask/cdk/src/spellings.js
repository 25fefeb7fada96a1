/**
 * How the props of plain resources are spelled in templates, where no rule gives it: `node src/spellings.js <file>`.
 * The generated code of the library says it, prop by prop.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const library = dirname(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"));

const CLASS = /class (Cfn\w+) extends .{0,300}?CFN_RESOURCE_TYPE_NAME="([^"]+)"/g;
const FUNCTION = /function convert(Cfn\w+)ToCloudFormation\(properties\)\{(.*?)\}\):properties\}/g;
const PAIR = /("?)([\w.]+)\1:((?:cdk|convert|cfn|\()[\w.()]*?)\(properties\.(\w+)\)/g;

/** @typedef {{ names: Map<string, Set<string>>, kinds: Map<string, Set<string>> }} Spellings */
/** @type {Map<string, Spellings>} */
const types = new Map();
for (const file of generated()) read(readFileSync(file, "utf8"));
writeFileSync(process.argv[2], lines().join(""));

function generated() {
  const folders = readdirSync(library).filter((it) => it === "core" || /^(aws|alexa)-/.test(it));
  return folders.flatMap((folder) => {
    const inner = join(library, folder, "lib");
    const files = readdirSync(inner).filter((it) => it.endsWith(".generated.js"));
    return files.map((it) => join(inner, it));
  });
}

/** @param {string} code */
function read(code) {
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

function lines() {
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
    return `${[type, ...words].join(" ")}\n`;
  });
}
