/**
 * Synthesises a CDK program: `node synth.cjs <out> <program>`. The program is a folder with a `cdk.json`; its templates go
 * to `<out>`, and what went wrong to `error.txt` in there. Nothing is bundled, nothing is asked of AWS, and nothing is
 * written into the program.
 */
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { settingsOf } = require("./program.cjs");

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
    settings = settingsOf(program);
  } catch (error) {
    return `cdk.json: ${error}`;
  }
  const { CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION, ...environment } = process.env;
  const run = spawnSync(process.execPath, ["--require", path.join(__dirname, "loader.cjs"), settings.entry], {
    cwd: program,
    env: { ...environment, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(settings.context), NODE_PATH: "" },
    encoding: "utf8",
    timeout: SECONDS * 1000,
    maxBuffer: 64 << 20,
  });
  if (run.status !== 0) return `${run.error ?? ""}\n${run.stderr}`;
}
