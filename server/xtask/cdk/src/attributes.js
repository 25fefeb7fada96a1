/**
 * How the attributes of plain resources are called, where `attrName` is not the attribute `Name`. The generated code of
 * the library says it.
 */

import { generated } from "./generated.js";

const TYPE = /static CFN_RESOURCE_TYPE_NAME="([^"]+)"/g;
const ATTRIBUTE = /get attr(\w+)\(\)\{return [^}]*?this\.getAtt\("([^"]+)"/g;

/** The lines of `attributes.txt`, one for each type with such attributes. */
export function attributeLines() {
  /** @type {Map<string, Set<string>>} */
  const types = new Map();
  for (const code of generated()) {
    const starts = [...code.matchAll(TYPE)];
    starts.forEach((start, index) => {
      const body = code.slice(start.index, starts[index + 1]?.index);
      const odd = [...body.matchAll(ATTRIBUTE)].filter(([, member, name]) => member !== name);
      if (!odd.length) return;
      const known = types.get(start[1]) ?? new Set();
      for (const [, member, name] of odd) known.add(`${member}:${name}`);
      types.set(start[1], known);
    });
  }
  return [...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, odd]) => [type, ...[...odd].sort()].join(" "));
}
