import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

interface Manifest {
  readonly version: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly languages: readonly { readonly id: string; readonly firstLine: string }[];
  };
}

// The tests run in the extension's folder.
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

describe("the manifest", () => {
  it("has the version of the server that it packs", () => {
    const cargo = readFileSync("../../Cargo.toml", "utf8");
    assert.equal(/^\[workspace\.package\]\nversion = "(.*)"$/m.exec(cargo)?.[1], manifest.version);
  });

  it("declares the commands that the extension registers", () => {
    const source = readFileSync("src/extension.ts", "utf8");
    const registered = [...source.matchAll(/registerCommand\("([^"]+)"/g)].map((match) => match[1]);
    assert.deepEqual(registered, manifest.contributes.commands.map(({ command }) => command));
  });

  it("tells the language of .template files by their first line, and of nothing else", () => {
    const languages = (line: string) =>
      manifest.contributes.languages.filter(({ firstLine }) => new RegExp(firstLine).test(line)).map(({ id }) => id);
    assert.deepEqual(languages('AWSTemplateFormatVersion: "2010-09-09"'), ["yaml"]);
    assert.deepEqual(languages('"AWSTemplateFormatVersion" : "2010-09-09"'), ["yaml"]);
    assert.deepEqual(languages("{"), ["json"]);
    assert.deepEqual(languages('{ "AWSTemplateFormatVersion": "2010-09-09",'), ["json"]);
    assert.deepEqual(languages("server { listen 80; }"), []);
    assert.deepEqual(languages("{{ name }}"), []);
    assert.deepEqual(languages("Hello,"), []);
  });
});
