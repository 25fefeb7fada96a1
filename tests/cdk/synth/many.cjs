/**
 * Synthesises many states of CDK programs in one process: `node many.cjs`, with a list of jobs on the standard input and a
 * line of JSON for each on the standard output: what went wrong, or `null`.
 *
 * A job is a program (a folder with a `cdk.json`, or a file whose exported stacks are made), texts that stand in its files
 * instead of what the disk has, and the folder for its templates.
 */
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { texts } = require("./loader.cjs");
const { settingsOf } = require("./program.cjs");
const { App, Stack } = require("aws-cdk-lib");

const own = path.join(__dirname, "node_modules") + path.sep;
const { once, exit, stdout } = process;

/** @typedef {{ program: string, texts: Record<string, string>, out: string }} Job */

main();

async function main() {
  delete process.env.CDK_DEFAULT_ACCOUNT;
  delete process.env.CDK_DEFAULT_REGION;
  // What programs print is of no interest.
  const write = stdout.write.bind(stdout);
  stdout.write = process.stderr.write = () => true;
  process.on("unhandledRejection", () => {});
  for (const job of JSON.parse(fs.readFileSync(0, "utf8"))) {
    const error = await synthesise(job);
    write(`${JSON.stringify(error ?? null)}\n`);
  }
  exit.call(process, 0);
}

/** @param {Job} job */
async function synthesise(job) {
  for (const name of Object.keys(require.cache)) {
    if (!name.startsWith(own) && path.dirname(name) !== __dirname) delete require.cache[name];
  }
  texts.clear();
  for (const [file, text] of Object.entries(job.texts)) texts.set(file, text);
  fs.rmSync(job.out, { recursive: true, force: true });
  fs.mkdirSync(job.out, { recursive: true });
  // An app synthesises when its process has nothing left to do.
  const last = [];
  process.once = function (event, listener) {
    if (event === "beforeExit") last.push(listener);
    else once.call(process, event, listener);
    return process;
  };
  process.exit = (code) => {
    throw new Error(`the program ends itself with ${code}`);
  };
  try {
    process.env.CDK_OUTDIR = job.out;
    if (job.program.endsWith(".ts")) {
      process.env.CDK_CONTEXT_JSON = '{"aws:cdk:enable-path-metadata":true,"aws:cdk:version-reporting":false}';
      process.chdir(path.dirname(job.out));
      const exported = require(job.program);
      if (last.length === 0) makeStacks(exported);
    } else {
      const { entry, context } = settingsOf(job.program);
      process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
      process.chdir(job.program);
      require(entry);
    }
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    for (const listener of last) listener();
  } catch (error) {
    return String(error?.stack ?? error);
  } finally {
    Object.assign(process, { once, exit });
  }
}

/** Makes each stack that can be made without props. @param {Record<string, unknown>} exported */
function makeStacks(exported) {
  const app = new App();
  for (const [name, it] of Object.entries(exported)) {
    if (typeof it === "function" && it.prototype instanceof Stack) new it(app, name);
  }
}
