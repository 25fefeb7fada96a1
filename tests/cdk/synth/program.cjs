/** How a CDK program is run: what its `cdk.json` says. */
"use strict";

const fs = require("node:fs");
const path = require("node:path");

/**
 * The file that the program in a folder begins with, and its context; an error when there is none.
 * @param {string} program
 * @returns {{ entry: string, context: Record<string, unknown> }}
 */
exports.settingsOf = function (program) {
  const settings = JSON.parse(fs.readFileSync(path.join(program, "cdk.json"), "utf8"));
  const entry = entryOf(program, String(settings.app));
  if (!entry) throw new Error(`no TypeScript is named by ${settings.app}`);
  // Nothing is bundled, nothing is reported.
  const context = {
    ...settings.context,
    "aws:cdk:bundling-stacks": [],
    "aws:cdk:enable-path-metadata": true,
    "aws:cdk:version-reporting": false,
  };
  return { entry, context };
};

/** The TypeScript that the command runs, itself or compiled. @param {string} program @param {string} command */
function entryOf(program, command) {
  for (const word of command.split(/[\s"';&]+/).reverse()) {
    const stem = /^(.*)\.[mc]?[tj]s$/.exec(word)?.[1];
    if (stem === undefined) continue;
    const stems = [stem, stem.replace(/^(\.\/)?[^/]+\//, "")];
    const found = stems.map((it) => path.join(program, `${it}.ts`)).find((it) => fs.existsSync(it));
    if (found) return found;
  }
}
