/** Has the experiments made by child processes, which may break off without doing harm. */

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { CLASSES } from "./classes.js";

/** So many classes, the first, get twice the effort. */
const MUCH_USED = 45;
/** The effort that a class may be, in constructs: about half a minute. */
const EFFORT = 100_000;
/** Seconds after which a class is taken for lost. */
const LOST = 1800;
const WORKERS = Number(process.env.WORKERS ?? availableParallelism());

/** @typedef {{ name: string, table: any, seconds: number, syntheses: number }} Found */

/**
 * @param {string[]} classes @param {(found: Found) => void} record  called as soon as a class is done
 * @returns {Promise<Map<string, string>>} why there is no table of a class
 */
export async function experiments(classes, record) {
  const queue = [...classes];
  /** @type {Map<string, string>} */
  const failures = new Map();
  const work = async () => {
    while (queue.length) await serve(queue, record, failures);
  };
  await Promise.all(Array.from({ length: Math.min(WORKERS, queue.length) }, work));
  return failures;
}

/**
 * Feeds one child process until nothing is left or it is lost.
 * @param {string[]} queue @param {(found: Found) => void} record @param {Map<string, string>} failures
 */
function serve(queue, record, failures) {
  const child = fork(new URL("./worker.js", import.meta.url), {
    execArgv: ["--max-semi-space-size=64"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  /** @type {string | undefined} */
  let current;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  child.on("message", (/** @type {any} */ message) => {
    clearTimeout(timer);
    if (message.table) record(message);
    else if (message.failure) failures.set(message.name, message.failure);
    current = queue.shift();
    if (!current) return child.kill();
    timer = setTimeout(() => child.kill(), LOST * 1000);
    child.send({ name: current, effort: (CLASSES.indexOf(current) < MUCH_USED ? 2 : 1) * EFFORT });
  });
  return new Promise((done) => {
    child.on("exit", () => {
      clearTimeout(timer);
      if (current) failures.set(current, "the experiment broke off");
      done(undefined);
    });
  });
}
