/**
 * Writes the tables: `node src/main.js FOLDER [CLASS...]`. With classes, only their lines of what is there are replaced.
 */

import { fork } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { version } from "./assembly.js";
import { cleaned } from "./clean.js";
import { CLASSES } from "./classes.js";
import { lineOf, tableIn } from "./lines.js";
import { constantLines } from "./constants.js";
import { exceptionLines } from "./resources.js";

/** So many classes, the first, get twice the time. */
const MUCH_USED = 45;
/** Seconds of work that a class may be, and seconds after which it is taken for lost. */
const BUDGET = Number(process.env.BUDGET ?? 30);
const LOST = 400;
const WORKERS = Number(process.env.WORKERS ?? 2);

const [folder, ...only] = process.argv.slice(2);
if (!folder) {
  process.stderr.write("usage: node src/main.js FOLDER [CLASS...]\n");
  process.exit(2);
}
const file = path.join(folder, "classes.jsonl");
/** @type {Map<string, any>} */
const tables = new Map();
if (only.length && existsSync(file)) {
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean))
    tables.set(JSON.parse(line).class, tableIn(line));
}
const queue = only.length ? [...only] : [...CLASSES];
const tally = { classes: 0, full: 0, partial: 0, none: 0, opaque: 0, rows: 0, syntheses: 0, failed: 0 };

await Promise.all(Array.from({ length: WORKERS }, work));

write();
const modules = new Set([
  ...CLASSES.map((it) => it.split(".")[0]),
  "core",
  "aws-events-targets",
  "aws-lambda-event-sources",
]);
writeLines("values.jsonl", constantLines(modules).map(asJson));
writeLines("l1.jsonl", exceptionLines().map(asJson));
process.stdout.write(`aws-cdk-lib ${version}: ${JSON.stringify(tally)}\n`);

/** Writes what there is. */
function write() {
  writeLines(
    "classes.jsonl",
    [...tables.values()]
      .map((it) => cleaned(it))
      .sort((a, b) => (a.class < b.class ? -1 : 1))
      .map(lineOf),
  );
}

/** @param {any} it */
function asJson(it) {
  return JSON.stringify(it);
}

/** @param {string} name @param {string[]} lines */
function writeLines(name, lines) {
  writeFileSync(path.join(folder, name), `${lines.join("\n")}\n`);
}

/** Feeds one child process until nothing is left; starts another where one is lost. */
async function work() {
  while (queue.length) await new Promise((done) => serve(() => done(undefined)));
}

/** @param {() => void} done */
function serve(done) {
  const child = fork(new URL("./worker.js", import.meta.url), {
    execArgv: ["--max-semi-space-size=64"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  /** @type {string | undefined} */
  let current;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const next = () => {
    clearTimeout(timer);
    current = queue.shift();
    if (!current) return child.kill();
    timer = setTimeout(() => child.kill(), LOST * 1000);
    child.send({ name: current, milliseconds: (CLASSES.indexOf(current) < MUCH_USED ? 2 : 1) * BUDGET * 1000 });
  };
  child.on("message", (/** @type {any} */ message) => {
    if (!message.ready) record(message);
    next();
  });
  child.on("exit", () => {
    clearTimeout(timer);
    if (current) record({ name: current, failure: "the experiment broke off" });
    done();
  });
}

/** @param {any} message */
function record({ name, table, failure, seconds, syntheses }) {
  if (!table) {
    tally.failed += 1;
    process.stdout.write(`${name}: ${failure}\n`);
    return;
  }
  tables.set(name, table);
  write();
  tally.classes += 1;
  tally.rows += table.rows.length;
  tally.syntheses += syntheses;
  for (const trust of /** @type {("full" | "none" | "opaque" | string[])[]} */ (Object.values(table.trust)))
    tally[Array.isArray(trust) ? "partial" : trust] += 1;
  const counts = Object.entries(table.trust)
    .filter(([, it]) => it === "opaque" || it.length && Array.isArray(it))
    .map(([prop, it]) => `${prop}${it === "opaque" ? "?" : `~${it.length}`}`);
  process.stdout.write(
    `${name}: ${table.rows.length} rows, ${syntheses} syntheses, ${seconds.toFixed(0)} s; ${counts.join(" ")}\n`,
  );
}
