/** Reads and writes files of lines, and the tables as such. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cleaned } from "./clean.js";
import { lineOf, tableIn } from "./lines.js";

/** @param {string} file  `classes.jsonl` @returns {Map<string, any>} */
export function readTables(file) {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return new Map(lines.map(tableIn).map((it) => [it.class, it]));
}

/** @param {string} file @param {Map<string, any>} tables */
export function writeTables(file, tables) {
  const sorted = [...tables.values()].sort((a, b) => (a.class < b.class ? -1 : 1));
  writeLines(file, sorted.map((it) => lineOf(cleaned(it))));
}

/** @param {string} file @param {string[]} lines */
export function writeLines(file, lines) {
  writeFileSync(file, `${lines.join("\n")}\n`);
}
