/** Makes the tables of the classes that the parent process names, one after the other. */

import { tableOf } from "./class.js";
import { GIVEN } from "./known.js";
import { spent } from "./synthesis.js";

// The library warns of much that is meant here.
console.warn = console.error = () => {};
process.emitWarning = () => {};

process.on("message", (/** @type {{ name: string, effort: number }} */ { name, effort }) => {
  const start = Date.now();
  const counted = spent.count;
  // What is found to be needed along the way is so for this class only: the order of the classes shall not matter.
  const given = { ...GIVEN };
  let table;
  let failure;
  try {
    table = JSON.parse(JSON.stringify(tableOf(name, effort), tidy));
  } catch (error) {
    failure = String(error instanceof Error ? error.message : error)
      .split("\n")[0]
      .slice(0, 300);
  }
  for (const it of Object.keys(GIVEN)) delete GIVEN[it];
  Object.assign(GIVEN, given);
  process.send?.({ name, table, failure, seconds: (Date.now() - start) / 1000, syntheses: spent.count - counted });
});

/** Guards of flags have no prop. @param {string} _key @param {any} value */
function tidy(_key, value) {
  if (value?.flag === undefined || value.prop !== "") return value;
  return { flag: value.flag, on: value.on, unset: value.unset };
}

process.send?.({ ready: true });
