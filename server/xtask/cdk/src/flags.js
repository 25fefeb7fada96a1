/** What differs in a default instance when a feature flag is off. */

import { changes } from "./difference.js";
import { attempt } from "./experiment.js";
import { FLAGS, synthesise } from "./synthesis.js";

/**
 * @param {import("./rows.js").Rows} rows @param {import("./synthesis.js").Build} build
 * @param {import("./synthesis.js").Resources} base
 */
export function addFlags(rows, build, base) {
  for (const { flag, found } of differing(FLAGS, build, base)) {
    const sample = { label: flag, kind: "flag", make: () => undefined };
    /** @type {any} */
    const slot = { path: "", prop: "", depth: 0, required: false, parent: "", groups: [], put: () => undefined };
    const group = { path: "", kind: "flag", wanted: 1, samples: [sample] };
    const guard = { prop: "", flag, on: false };
    rows.add({ slot, outcomes: [{ group, results: [{ sample, changes: found }], errors: [] }], base, guard });
  }
}

/** Looks for the flags that matter, half by half. @param {string[]} flags @param {import("./synthesis.js").Build} build @param {import("./synthesis.js").Resources} base @returns {{ flag: string, found: import("./difference.js").Change[] }[]} */
function differing(flags, build, base) {
  const off = Object.fromEntries(flags.map((it) => [it, false]));
  const without = attempt(() => synthesise(build, off).resources);
  if (without instanceof Error) return [];
  const found = changes(base, without, (it) => !it.startsWith("@"));
  if (!found.length) return [];
  if (flags.length === 1) return [{ flag: flags[0], found }];
  const middle = flags.length >> 1;
  return [...differing(flags.slice(0, middle), build, base), ...differing(flags.slice(middle), build, base)];
}
