/**
 * The places in the props of a class that a value can be given for: each prop, the members of its structs, the items
 * of its lists, the values of its maps and the arguments of the calls that make it.
 */

import { isDeprecated, isStruct, properties, tableName } from "./assembly.js";
import { OPAQUE_TYPES } from "./known.js";
import { given, perform, samplesOf, smallest } from "./values.js";

/**
 * @typedef {import("./synthesis.js").Environment} Environment
 * @typedef {import("./assembly.js").Type} Type
 * @typedef {import("./values.js").Sample} Sample
 * @typedef {(environment: Environment) => any} Maker
 * @typedef {object} Slot
 * @property {string} path  as in the tables: `lifecycleRules[].expiration`, `code(aws-lambda.Code.fromInline).$0`
 * @property {string} prop  the first name of the path
 * @property {number} depth
 * @property {boolean} required  the base has it already
 * @property {string} parent  the path that must be there for this one; "" for the construct itself
 * @property {Group[]} groups  the kinds of values it can have
 * @property {boolean} [item]  an item of a list
 * @property {(one: Maker, other: Maker) => Maker | undefined} [put2]  the list with two items
 * @property {string} [struct]
 * @property {(maker: Maker | undefined) => Maker | undefined} put  the prop's value with this one in it; without: the base
 *
 * @typedef {object} Group
 * @property {string} path
 * @property {string} kind
 * @property {number} wanted  how many samples have to work
 * @property {Sample[]} samples
 */

/** How many samples tell a function apart. @type {Record<string, number>} */
const WANTED = {
  boolean: 2,
  text: 2,
  number: 3,
  duration: 3,
  size: 2,
  enum: 200,
  constant: 200,
  any: 1,
  struct: 1,
  known: 2,
};

/**
 * @param {import("./assembly.js").Parameter & { owner?: string }} member @param {string} owner  the struct or call
 * @param {{ path: string, depth: number, required: boolean, parent: string, put: Slot["put"], prop?: string }} where
 * @param {number} limit  how deep to go
 * @param {string[]} inside  structs and calls being looked into
 * @returns {Slot[]}
 */
export function slotsOf(member, owner, where, limit, inside) {
  return slotsOfType(member.type, member.name, owner, where, limit, inside);
}

/** @param {Type} type @param {string} name @param {string} owner @param {any} where @param {number} limit @param {string[]} inside @returns {Slot[]} */
function slotsOfType(type, name, owner, where, limit, inside) {
  if (type.collection) return slotsOfCollection(type.collection, name, owner, where, limit, inside);
  if (type.intersection) return slotsOfType(type.intersection.types[0], name, owner, where, limit, inside);
  const alternatives = type.union ? type.union.types : [type];
  const plain = alternatives.filter((it) => !it.collection);
  const samples = plain.flatMap((it) => samplesOf(it, name, owner));
  const slot = { prop: where.path.split(/[.[({]/)[0], groups: groupsOf(samples, where.path), ...where };
  const found = samples.length ? [slot] : [];
  for (const it of alternatives) {
    if (it.collection) found.push(...slotsOfCollection(it.collection, name, owner, where, limit, inside));
    else if (it.fqn && isStruct(it.fqn)) {
      slot.struct = it.fqn;
      found.push(...membersOf(it.fqn, slot, limit, inside));
    }
  }
  for (const sample of samples) if (sample.call) found.push(...argumentsOf(sample.call, slot, limit, inside));
  return found;
}

/** True for an argument that a call must have and that makes too much for a table. @param {import("./assembly.js").Parameter} parameter */
const isTooMuch = ({ optional, type }) => !optional && Boolean(type.fqn && OPAQUE_TYPES[tableName(type.fqn)]);

/** @param {Sample[]} samples @param {string} path @returns {Group[]} */
function groupsOf(samples, path) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const sample of samples) {
    const own = sample.call ? `${path}(${sample.call.name})` : path;
    const key = sample.kind === "call" ? own : sample.kind;
    if (!groups.has(key)) {
      const kind = sample.call?.parameters.some(isTooMuch) ? "opaque" : sample.kind;
      groups.set(key, { path: own, kind, wanted: WANTED[sample.kind] ?? 1, samples: [] });
    }
    groups.get(key)?.samples.push(sample);
  }
  return [...groups.values()];
}

/** @param {any} collection @param {string} name @param {string} owner @param {any} where @param {number} limit @param {string[]} inside */
function slotsOfCollection(collection, name, owner, where, limit, inside) {
  const list = collection.kind === "array";
  const wrap = list ? (/** @type {any} */ it) => [it] : (/** @type {any} */ it) => ({ probeKey: it });
  const path = where.path + (list ? "[]" : "{}");
  const put = (/** @type {Maker | undefined} */ maker) =>
    where.put(maker && ((environment) => wrap(environment.at(path, () => maker(environment)))));
  const found = slotsOfType(
    collection.elementtype,
    list ? name.replace(/s$/, "") : name,
    owner,
    { ...where, path, put },
    limit,
    inside,
  );
  if (list && found[0]) {
    found[0].item = true;
    found[0].put2 = (/** @type {Maker} */ one, /** @type {Maker} */ other) =>
      where.put((/** @type {Environment} */ environment) =>
        environment.at(path, () => [one(environment), other(environment)]),
      );
  }
  return found;
}

/** @param {string} struct @param {Slot} slot @param {number} limit @param {string[]} inside @returns {Slot[]} */
function membersOf(struct, slot, limit, inside) {
  if (slot.depth >= limit || inside.includes(struct)) return [];
  return properties(struct)
    .filter((it) => !isDeprecated(it))
    .flatMap((member) => {
      const path = `${slot.path}.${member.name}`;
      const needed = !member.optional || Boolean(given(struct, "")?.[member.name]);
      const put = (/** @type {Maker | undefined} */ maker) =>
        slot.put((environment) => ({
          ...environment.at(slot.path, () => smallest(struct, environment)),
          ...(maker && { [member.name]: environment.at(path, () => maker(environment)) }),
        }));
      const where = {
        path,
        depth: slot.depth + 1,
        required: needed,
        parent: slot.required ? slot.parent : slot.path,
        put,
      };
      return slotsOf(member, struct, where, limit, [...inside, struct]);
    });
}

/** @param {import("./values.js").Call} call @param {Slot} slot @param {number} limit @param {string[]} inside @returns {Slot[]} */
function argumentsOf(call, slot, limit, inside) {
  if (slot.depth >= limit || inside.includes(call.name)) return [];
  const called = `${slot.path}(${call.name})`;
  return call.parameters.flatMap((parameter, index) => {
    if (parameter.name === "scope" || (parameter.name === "id" && parameter.type.primitive)) return [];
    const path = `${called}.$${index}`;
    const needed = !parameter.optional && !parameter.variadic;
    const put = (/** @type {Maker | undefined} */ maker) =>
      slot.put((environment) =>
        environment.at(slot.path, () =>
          perform(
            call,
            environment,
            maker && { override: { [index]: () => environment.at(path, () => maker(environment)) } },
          ),
        ),
      );
    const struct = parameter.type.fqn;
    const where = { path, depth: slot.depth + 1, required: needed, parent: called, put };
    if (struct && isStruct(struct)) {
      // The options of a call are no level of their own.
      const options = { prop: slot.prop, groups: [], ...where, depth: slot.depth, required: true, struct };
      const own = parameter.optional
        ? { path, kind: "struct", wanted: 1, samples: samplesOf(parameter.type, parameter.name, call.name) }
        : undefined;
      return [
        ...(own ? [{ ...options, required: false, depth: slot.depth + 1, groups: [own] }] : []),
        ...membersOf(struct, { ...options, parent: called }, limit, [...inside, call.name]),
      ];
    }
    return slotsOf(parameter, call.name, where, limit, [...inside, call.name]);
  });
}
