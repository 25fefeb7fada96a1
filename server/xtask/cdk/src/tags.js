/**
 * Which plain resources take tags, and in what form. The generated code of the library says it: each of these classes
 * has a manager of tags.
 */

import { generated } from "./generated.js";

const MANAGER = /new\(cdk\(\)\)\.TagManager\(cdk\(\)\.TagType\.(\w+),"([^"]+)",[^;]*?\{tagPropertyName:"(\w+)"\}\)/g;

/** What is not a list of keys and values has a letter. @type {Record<string, string>} */
const FORMS = { AUTOSCALING_GROUP: "launch", MAP: "map", STANDARD: "" };

/** The lines of `tags.txt`, one for each service. */
export function tagLines() {
  /** @type {Map<string, string[]>} */
  const services = new Map();
  for (const code of generated()) read(code, services);
  const lines = [...services].sort(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([service, types]) => `${service} ${types.sort().join(" ")}`);
}

/** @param {string} code @param {Map<string, string[]>} services */
function read(code, services) {
  for (const [, form, type, prop] of code.matchAll(MANAGER)) {
    if (!(form in FORMS)) continue;
    const property = prop[0].toUpperCase() + prop.slice(1);
    const [service, name] = [type.slice(0, type.lastIndexOf("::")), type.slice(type.lastIndexOf("::") + 2)];
    const entry = [name, property === "Tags" ? "" : `.${property}`, FORMS[form] && `:${FORMS[form]}`].join("");
    const known = services.get(service) ?? [];
    if (!known.includes(entry)) known.push(entry);
    services.set(service, known);
  }
}
