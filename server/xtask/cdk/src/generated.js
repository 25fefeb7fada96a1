/** The code of the library that is generated from the types of CloudFormation. */

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const library = dirname(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"));

/** The text of each file of it. */
export function* generated() {
  const folders = readdirSync(library).filter((it) => it === "core" || /^(aws|alexa)-/.test(it));
  for (const folder of folders) {
    const inner = join(library, folder, "lib");
    for (const file of readdirSync(inner).filter((it) => it.endsWith(".generated.js")))
      yield readFileSync(join(inner, file), "utf8");
  }
}
