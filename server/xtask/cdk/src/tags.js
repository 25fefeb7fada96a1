/**
 * Which plain resources take tags, and in what form: `node src/tags.js <file>`.
 * The generated code of the library says it: each of these classes has a manager of tags.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const library = dirname(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"));

const MANAGER = /new\(cdk\(\)\)\.TagManager\(cdk\(\)\.TagType\.(\w+),"([^"]+)",[^;]*?\{tagPropertyName:"(\w+)"\}\)/g;

/** What is not a list of keys and values has a letter. @type {Record<string, string>} */
const FORMS = { AUTOSCALING_GROUP: "launch", MAP: "map", STANDARD: "" };

/** @type {Map<string, string[]>} */
const services = new Map();
for (const file of generated()) read(readFileSync(file, "utf8"));
const lines = [...services].sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(process.argv[2], lines.map(([service, types]) => `${service} ${types.sort().join(" ")}\n`).join(""));

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
  for (const [, form, type, prop] of code.matchAll(MANAGER)) {
    if (!(form in FORMS)) continue;
    const property = prop[0].toUpperCase() + prop.slice(1);
    const [service, name] = [type.slice(0, type.lastIndexOf("::")), type.slice(type.lastIndexOf("::") + 2)];
    const entry = [name, property === "Tags" ? "" : `.${property}`, FORMS[form] && `:${FORMS[form]}`].join("");
    const known = services.get(service) ?? [];
    if (!known.includes(entry)) known.push(entry);
    services.set(service, known);
  }
}
