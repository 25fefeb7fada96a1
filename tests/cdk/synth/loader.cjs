/** Runs TypeScript without checking it, against the library that is installed beside this file. */
"use strict";

const Module = require("node:module");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { transformSync } = require("esbuild");

/** What stands in files instead of what the disk has. @type {Map<string, string>} */
const texts = new Map();
exports.texts = texts;

/** JavaScript by its TypeScript: the same file may be run more than once. @type {Map<string, string>} */
const compiled = new Map();

for (const ending of [".ts", ".mts", ".cts"]) {
  Module._extensions[ending] = (module, file) => {
    const text = texts.get(file) ?? fs.readFileSync(file, "utf8");
    module._compile(compiled.get(text) ?? compile(text, file), file);
  };
}

/** @param {string} text @param {string} file */
function compile(text, file) {
  const options = { loader: "ts", format: "cjs", target: "node20", sourcefile: file };
  const { code } = transformSync(text, {
    ...options,
    tsconfigRaw: '{"compilerOptions":{"experimentalDecorators":true}}',
  });
  compiled.set(text, code);
  return code;
}

// The library is the one beside this file, whatever a program has installed: constructs of two copies do not mix. Other
// packages are those of the program.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const own = { ...module, paths: module.paths };
  if (/^(aws-cdk-lib|constructs)(\/|$)/.test(request)) return resolve.call(this, request, own, ...rest);
  try {
    return resolve.call(this, request, parent, ...rest);
  } catch (error) {
    const source = /^(\..*)\.([mc]?)js$/.exec(request);
    if (source) return resolve.call(this, `${source[1]}.${source[2]}ts`, parent, ...rest);
    // It only says more of errors.
    if (request.startsWith("source-map-support")) return require.resolve("./nothing.cjs");
    return resolve.call(this, request, own, ...rest);
  }
};

// What a build would have made may not be there; what is in an asset is of no interest.
const { AssetStaging } = require("aws-cdk-lib");
const stub = fs.mkdtempSync(path.join(os.tmpdir(), "stacklint-asset-"));
fs.writeFileSync(path.join(stub, "Dockerfile"), "FROM scratch\n");
fs.writeFileSync(path.join(stub, "index.js"), "exports.handler = async () => {};\n");
process.on("exit", () => fs.rmSync(stub, { recursive: true, force: true }));
const library = path.dirname(require.resolve("aws-cdk-lib/package.json"));
const staging = require(path.join(library, "core/lib/asset-staging.js"));
const Original = AssetStaging;
class Staging extends Original {
  constructor(scope, id, props) {
    super(scope, id, fs.existsSync(props.sourcePath) ? props : { ...props, sourcePath: stub });
  }
}
Object.defineProperty(staging, "AssetStaging", { value: Staging, configurable: true });
const core = require(path.join(library, "core/lib/index.js"));
Object.defineProperty(core, "AssetStaging", { value: Staging, configurable: true, enumerable: true });
