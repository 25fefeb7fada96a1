/** Makes the tables of the classes that the parent process names, one after the other. */

import { tableOf } from "./class.js";
import { spent } from "./synthesis.js";

// The library warns of much that is meant here.
console.warn = console.error = () => {};
process.emitWarning = () => {};

process.on("message", (/** @type {{ name: string, milliseconds: number }} */ { name, milliseconds }) => {
  const start = Date.now();
  const counted = spent.count;
  let table;
  let failure;
  try {
    table = JSON.parse(JSON.stringify(tableOf(name, milliseconds), tidy));
  } catch (error) {
    failure = String(error instanceof Error ? error.message : error)
      .split("\n")[0]
      .slice(0, 300);
  }
  process.send?.({ name, table, failure, seconds: (Date.now() - start) / 1000, syntheses: spent.count - counted });
});

/** Guards of flags have no prop. @param {string} _key @param {any} value */
function tidy(_key, value) {
  if (value?.flag === undefined || value.prop !== "") return value;
  return { flag: value.flag, on: value.on, unset: value.unset };
}

process.send?.({ ready: true });
