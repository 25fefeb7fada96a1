/** What a run has found so far, kept class by class, so that the next one can go on where this one is broken off. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export class Progress {
  /** @param {string} folder  whose files belong to nobody else */
  constructor(folder) {
    this.root = folder;
    // What another experiment or another library found is of no use.
    this.folder = path.join(folder, experimentHash());
    mkdirSync(this.folder, { recursive: true });
  }

  /** @param {string} name @returns {any} the table, if it was found */
  read(name) {
    const file = this.file(name);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  }

  /** @param {string} name @param {any} table */
  write(name, table) {
    const file = this.file(name);
    writeFileSync(`${file}.part`, JSON.stringify(table));
    renameSync(`${file}.part`, file);
  }

  clear() {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** @param {string} name */
  file(name) {
    return path.join(this.folder, `${name}.json`);
  }
}

/** Another one for each version of this program and of the library. */
function experimentHash() {
  const sources = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(sources).sort();
  const all = [...files.map((it) => path.join(sources, it)), path.join(sources, "../package-lock.json")];
  const hash = createHash("sha256");
  for (const it of all) hash.update(readFileSync(it));
  return hash.digest("hex").slice(0, 16);
}
