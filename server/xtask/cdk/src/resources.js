/**
 * Names of the classes of plain resources (`CfnBucket`) that do not follow from CloudFormation's by rule, read from the
 * code of the library.
 */

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const root = path.dirname(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"));

const CONVERTER =
  /function convert(Cfn\w+?)(?:Property|Props)ToCloudFormation\(properties\)\{.*?assertSuccess\(\),\{(.*?)\}\):properties\}/gs;
const PAIR = /(?:"([^"]+)"|([A-Za-z_$][\w$]*)):[^,]*?\(properties\.([A-Za-z_$][\w$]*)\)/g;
const TYPE = /static CFN_RESOURCE_TYPE_NAME="([^"]+)"/g;
const ATTRIBUTE = /get (attr\w+)\(\)\{return [^}]*?this\.getAtt\("([^"]+)"/g;

/** Letters and digits only, small. @param {string} name */
const folded = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** One line of `l1.jsonl` for each type or struct with names of its own. */
export function exceptionLines() {
  return generated().flatMap(([module, text]) => [...structLines(module, text), ...attributeLines(text)]);
}

/** @returns {[string, string][]} module and code */
function generated() {
  const found = [];
  for (const module of readdirSync(root).sort()) {
    const folder = path.join(root, module, "lib");
    let files;
    try {
      files = readdirSync(folder).filter((it) => it.endsWith(".generated.js"));
    } catch {
      continue;
    }
    for (const file of files.sort())
      found.push(/** @type {[string, string]} */ ([module, readFileSync(path.join(folder, file), "utf8")]));
  }
  return found;
}

/** @param {string} module @param {string} text */
function structLines(module, text) {
  const lines = [];
  for (const [, struct, body] of text.matchAll(CONVERTER)) {
    const odd = [...body.matchAll(PAIR)]
      .map(([, quoted, bare, prop]) => [prop, quoted ?? bare])
      .filter(([prop, name]) => folded(prop) !== folded(name));
    if (odd.length) lines.push({ struct: `${module}.${struct}`, names: Object.fromEntries(odd) });
  }
  return lines;
}

/** @param {string} text */
function attributeLines(text) {
  const starts = [...text.matchAll(TYPE)];
  return starts.flatMap((start, index) => {
    const body = text.slice(start.index, starts[index + 1]?.index);
    const odd = [...body.matchAll(ATTRIBUTE)]
      .map(([, member, name]) => [member, name])
      .filter(([member, name]) => member !== `attr${name.replaceAll(".", "")}`);
    return odd.length ? [{ type: start[1], attributes: Object.fromEntries(odd) }] : [];
  });
}
