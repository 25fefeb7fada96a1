/**
 * Type-checks texts as if they stood in files: `node types.cjs`, with `[{ path, text }]` on the standard input. Answers with
 * a list of complaints for each, all from one run of the compiler: texts that stand beside each other do not see each other.
 */
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

/** @type {{ path: string, text: string }[]} */
const files = JSON.parse(fs.readFileSync(0, "utf8"));
const texts = new Map(files.map((it) => [path.resolve(it.path), it.text]));
const modules = path.join(__dirname, "node_modules");

/** @type {import("typescript").CompilerOptions} */
const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  lib: ["lib.es2022.d.ts"],
  strict: true,
  strictPropertyInitialization: false,
  // What an edit leaves without a use is a complaint as well.
  noUnusedLocals: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  moduleDetection: ts.ModuleDetectionKind.Force,
  noEmit: true,
  // The library is the one beside this file, whatever a program has installed.
  baseUrl: modules,
  paths: { "aws-cdk-lib": ["aws-cdk-lib"], "aws-cdk-lib/*": ["aws-cdk-lib/*"], constructs: ["constructs"] },
  typeRoots: [path.join(modules, "@types")],
  types: ["node"],
};

const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (file) => texts.has(path.resolve(file)) || fileExists(file);
host.readFile = (file) => texts.get(path.resolve(file)) ?? readFile(file);
host.getSourceFile = (file, language, ...rest) => {
  const text = texts.get(path.resolve(file));
  return text === undefined ? getSourceFile(file, language, ...rest) : ts.createSourceFile(file, text, language, true);
};

const program = ts.createProgram({ rootNames: [...texts.keys()], options, host });
const complaints = files.map((it) => {
  const source = program.getSourceFile(path.resolve(it.path));
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.map((it) => `TS${it.code}: ${ts.flattenDiagnosticMessageText(it.messageText, " ")}`);
});
process.stdout.write(JSON.stringify(complaints));
