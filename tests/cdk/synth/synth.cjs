/**
 * Synthesises a CDK program: `node synth.cjs <out> <program>`. The program is a folder with a `cdk.json`; its templates go
 * to `<out>`, and what went wrong to `error.txt` in there. Nothing is bundled, nothing is asked of AWS, and nothing is
 * written into the program.
 */
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const SECONDS = 120;

const [out, program] = process.argv.slice(2).map((it) => path.resolve(it));
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
const error = synthesise();
if (error) fs.writeFileSync(path.join(out, "error.txt"), error);

/** What went wrong, or nothing. */
function synthesise() {
  let settings;
  try {
    settings = JSON.parse(fs.readFileSync(path.join(program, "cdk.json"), "utf8"));
  } catch (error) {
    return `cdk.json: ${error}`;
  }
  const entry = entryOf(String(settings.app));
  if (!entry) return `no TypeScript is named by ${settings.app}`;
  const context = {
    ...settings.context,
    "aws:cdk:bundling-stacks": [],
    "aws:cdk:enable-path-metadata": true,
    "aws:cdk:version-reporting": false,
  };
  const { CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION, ...environment } = process.env;
  const run = spawnSync(process.execPath, ["--require", path.join(__dirname, "loader.cjs"), entry], {
    cwd: program,
    env: { ...environment, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), NODE_PATH: "" },
    encoding: "utf8",
    timeout: SECONDS * 1000,
    maxBuffer: 64 << 20,
  });
  if (run.status !== 0) return `${run.error ?? ""}\n${run.stderr}`;
}

/** The TypeScript that the command runs, itself or compiled. @param {string} command */
function entryOf(command) {
  for (const word of command.split(/[\s"';&]+/).reverse()) {
    const stem = /^(.*)\.[mc]?[tj]s$/.exec(word)?.[1];
    if (stem === undefined) continue;
    const stems = [stem, stem.replace(/^(\.\/)?[^/]+\//, "")];
    const found = stems.map((it) => path.join(program, `${it}.ts`)).find((it) => fs.existsSync(it));
    if (found) return found;
  }
}
