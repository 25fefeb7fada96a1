/**
 * Writes the tables: `node src/main.js DATA PROGRESS [CLASS...]`. With classes, only their lines of what is there are
 * replaced. Without, all files are written anew; what a run that was broken off had found is in the folder PROGRESS.
 */

import path from "node:path";
import { version } from "./assembly.js";
import { attributeLines } from "./attributes.js";
import { CLASSES } from "./classes.js";
import { comparison } from "./compare.js";
import { constantLines } from "./constants.js";
import { experiments } from "./experiments.js";
import { readTables, writeLines, writeTables } from "./files.js";
import { Progress } from "./progress.js";
import { spellingLines } from "./spellings.js";
import { tagLines } from "./tags.js";
import { typeLines } from "./types.js";

const [folder, progressFolder, ...only] = process.argv.slice(2);
if (!folder || !progressFolder) {
  process.stderr.write("usage: node src/main.js DATA PROGRESS [CLASS...]\n");
  process.exit(2);
}
const unknown = only.filter((it) => !CLASSES.includes(it));
if (unknown.length) {
  process.stderr.write(`not in src/classes.js: ${unknown.join(" ")}\n`);
  process.exit(2);
}

const file = path.join(folder, "classes.jsonl");
const before = readTables(file);
const progress = new Progress(progressFolder);
const found = new Map();
if (!only.length) {
  for (const name of CLASSES) {
    const table = progress.read(name);
    if (table) found.set(name, table);
  }
  if (found.size) say(`${found.size} of ${CLASSES.length} classes were done by the run before`);
}

const wanted = (only.length ? only : CLASSES).filter((it) => !found.has(it));
const failures = await experiments(wanted, ({ name, table, seconds, syntheses }) => {
  found.set(name, table);
  progress.write(name, table);
  say(`${name}: ${table.rows.length} rows, ${syntheses} syntheses, ${seconds.toFixed(0)} s (${found.size})`);
});

// What failed stays as it was; what is not asked for any more goes.
const after = new Map([...before].filter(([name]) => CLASSES.includes(name)));
for (const [name, table] of found) after.set(name, table);
writeTables(file, after);
if (!only.length) {
  const modules = new Set(CLASSES.map((it) => it.split(".")[0]));
  for (const it of ["core", "aws-events-targets", "aws-lambda-event-sources"]) modules.add(it);
  writeLines(path.join(folder, "values.jsonl"), constantLines(modules).map((it) => JSON.stringify(it)));
  writeLines(path.join(folder, "attributes.txt"), attributeLines());
  writeLines(path.join(folder, "spellings.txt"), spellingLines());
  writeLines(path.join(folder, "tags.txt"), tagLines());
  writeLines(path.join(folder, "types.txt"), typeLines());
}
for (const line of comparison(before, readTables(file))) say(line);
say(`aws-cdk-lib ${version}: ${found.size} of ${only.length || CLASSES.length} classes`);
for (const [name, failure] of failures) process.stderr.write(`${name} stays as it was: ${failure}\n`);
if (failures.size) process.exitCode = 1;
else if (!only.length) progress.clear();

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
