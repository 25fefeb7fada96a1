// Bundles the extension into dist/extension.js, or with --tests each test into out/.
import { rm } from "node:fs/promises";
import { readdirSync } from "node:fs";
import * as esbuild from "esbuild";

const flags = new Set(process.argv.slice(2));
const tests = flags.has("--tests");
const output = tests ? "out" : "dist";

await rm(output, { recursive: true, force: true });
const options = {
  entryPoints: tests
    ? readdirSync("test")
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => `test/${name}`)
    : ["src/extension.ts"],
  outdir: output,
  bundle: true,
  platform: "node",
  // The Node of the oldest VS Code that `engines` admits.
  target: "node18",
  format: "cjs",
  external: ["vscode"],
  minify: flags.has("--minify"),
  sourcemap: !flags.has("--minify"),
  logLevel: "warning",
};

if (flags.has("--watch")) {
  await (await esbuild.context({ ...options, logLevel: "info" })).watch();
} else {
  await esbuild.build(options);
}
