/** The whole experiment on one class. */

import { constructorOf, fullName, isDeprecated, isStruct, properties } from "./assembly.js";
import { Experiment } from "./experiment.js";
import { addFlags } from "./flags.js";
import { addInteractions } from "./interactions.js";
import { methodsOf } from "./methods.js";
import { COMPLETE, COMPLETED, GIVEN } from "./known.js";
import { Rows } from "./rows.js";
import { slotsOf } from "./slots.js";
import { MAIN, synthesise } from "./synthesis.js";
import { indexOf, membersOf, uniqueOf, writtenRows } from "./table.js";
import { constructNew, smallest } from "./values.js";

/** @typedef {import("./experiment.js").Overrides} Overrides */

/** How deep the props are looked into. */
const DEPTH = 3;

/** @param {string} name  by table: `aws-s3.Bucket` @param {number} effort */
export function tableOf(name, effort) {
  const type = fullName(name);
  const struct = (constructorOf(type) ?? []).find((it) => isStruct(it.type.fqn))?.type.fqn;
  const build = builder(name);
  const slots = struct ? slotsOfProps(name, struct) : [];
  const experiment = new Experiment({ build, slots }, effort);
  const rows = new Rows(experiment.base.resources);
  const findings = experiment.run();
  for (const finding of findings) rows.add(finding);
  const conflicts = addInteractions(experiment, findings, rows);
  addFlags(rows, build, experiment.base.resources, slots, effort / 4);

  const alone = sideless(name, struct);
  const made = COMPLETED[name] ?? {};
  const own = (/** @type {string} */ path) =>
    !alone.has(path) && !made.resources?.test(path) && !path.startsWith("@probe ");
  const index = indexOf(rows, experiment.base.resources, own, made.properties);
  const methods = methodsOf(name, build, index, effort / 2);
  const text = JSON.stringify(index.resources);
  const trust = Object.fromEntries(uniqueOf(slots.map((it) => it.prop)).map((it) => [it, rows.trust(it, text)]));
  return {
    class: name,
    props: (constructorOf(type) ?? []).findIndex((it) => isStruct(it.type.fqn)),
    ...membersOf(name, experiment.base, index),
    resources: index.resources,
    rows: writtenRows(rows, index),
    trust,
    ...(rows.needs.length && { needs: rows.needs }),
    ...(conflicts.length && { conflicts: uniqueOf(conflicts.map((it) => it.sort())) }),
    ...(methods.length && { methods }),
  };
}

/** @param {string} name @returns {(overrides: Overrides) => import("./synthesis.js").Build} */
export function builder(name) {
  const type = fullName(name);
  return (overrides) => (environment) => {
    const props = (/** @type {any} */ base) => {
      for (const [prop, maker] of Object.entries(overrides))
        base[prop] = environment.at(prop, () => maker(environment));
      return base;
    };
    const made = constructNew(type, environment, { scope: environment.stack, id: MAIN, props });
    COMPLETE[name]?.(made, environment);
    return made;
  };
}

/** @param {string} name @param {string} struct */
function slotsOfProps(name, struct) {
  const perProp = properties(struct).map((member) => {
    const needed = !member.optional || Boolean(GIVEN[name]?.[member.name]);
    const where = { path: member.name, depth: 1, required: needed, parent: "", put: (/** @type {any} */ it) => it };
    return slotsOf(member, struct, where, isDeprecated(member) ? 1 : DEPTH, [struct]);
  });
  // What is simple is known for sure when the effort is over.
  return perProp.sort((a, b) => a.length - b.length).flat();
}

/** The resources of the constructs given to the default instance, when nobody uses them. @param {string} name @param {string | undefined} struct */
function sideless(name, struct) {
  if (!struct) return new Set();
  try {
    return new Set(synthesise((environment) => smallest(struct, environment, name)).resources.keys());
  } catch {
    return new Set();
  }
}
