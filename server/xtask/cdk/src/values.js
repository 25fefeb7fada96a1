/** Makes values of any type that the library declares: samples, smallest structs, constructs and calls. */

import {
  cdk,
  ancestors,
  constantsOf,
  constructorOf,
  factoriesOf,
  factoriesReturning,
  implementorsOf,
  isConstruct,
  isDeprecated,
  isStruct,
  properties,
  shortName,
  tableName,
  types,
  valueOf,
} from "./assembly.js";
import { SIZES, durations, numbers, texts } from "./words.js";
import { GIVEN, KNOWN_MEMBERS, KNOWN_TYPES, OPAQUE_MEMBERS, OPAQUE_TYPES } from "./known.js";

/**
 * @typedef {import("./synthesis.js").Environment} Environment
 * @typedef {import("./assembly.js").Type} Type
 * @typedef {import("./assembly.js").Parameter} Parameter
 * @typedef {import("./assembly.js").Method} Method
 * @typedef {{ label: string, make: (environment: Environment) => any, kind: string, raw?: any, seconds?: number,
 *   mebibytes?: number, constant?: string, call?: Call }} Sample
 * @typedef {{ name: string, parameters: Parameter[], invoke: (args: any[]) => any, struct?: string }} Call
 * @typedef {{ scope?: any, id?: string, props?: (smallest: any) => any, override?: Record<number, () => any> }} Choice
 *   `props` is for the class under test only: the members of its props have no prefix
 */

/** How deep values may need other values. */
const DEEP = 7;
let depth = 0;

/** Samples of a type, the most plausible first. @param {Type} type @param {string} name @param {string} owner @returns {Sample[]} */
export function samplesOf(type, name, owner) {
  const known = KNOWN_MEMBERS[`${shortName(owner)}.${name}`] ?? (type.fqn && KNOWN_TYPES[tableName(type.fqn)]);
  const opaque = OPAQUE_MEMBERS[`${shortName(owner)}.${name}`] ?? (type.fqn && OPAQUE_TYPES[tableName(type.fqn)]);
  if (opaque) return opaque.map((make) => ({ label: "opaque", kind: "opaque", make }));
  if (known) return known.map((make, index) => ({ label: `known${index}`, kind: "known", make }));
  if (type.primitive) return primitiveSamples(type.primitive, name);
  if (type.collection) {
    const items = samplesOf(type.collection.elementtype, name.replace(/s$/, ""), owner).slice(0, 3);
    const wrap =
      type.collection.kind === "array"
        ? (/** @type {any} */ it) => [it]
        : (/** @type {any} */ it) => ({ probeKey: it });
    return items.map((it) => ({
      label: `[${it.label}]`,
      kind: "list",
      make: (environment) => wrap(it.make(environment)),
    }));
  }
  if (type.union) return type.union.types.flatMap((it) => samplesOf(it, name, owner));
  if (type.intersection) return samplesOf(type.intersection.types[0], name, owner);
  return type.fqn ? declaredSamples(type.fqn, name) : [];
}

/** @param {string} primitive @param {string} name @returns {Sample[]} */
function primitiveSamples(primitive, name) {
  const plain = (/** @type {string} */ kind, /** @type {any} */ raw) => ({
    label: String(raw),
    kind,
    raw,
    make: () => raw,
  });
  if (primitive === "boolean") return [plain("boolean", true), plain("boolean", false)];
  if (primitive === "string") return texts(name).map((it) => plain("text", it));
  if (primitive === "number") return numbers(name).map((it) => plain("number", it));
  if (primitive === "date") return [{ label: "date", kind: "date", make: () => new Date("2030-01-01T00:00:00Z") }];
  return [{ label: "any", kind: "any", raw: { probeKey: "probeVal" }, make: () => ({ probeKey: "probeVal" }) }];
}

/** @param {string} type @param {string} member @returns {Sample[]} */
function declaredSamples(type, member) {
  const name = tableName(type);
  if (name === "core.Duration") {
    return durations(member).map(([unit, amount, seconds]) => ({
      label: `${unit}(${amount})`,
      kind: "duration",
      seconds,
      make: () => cdk.Duration[unit](amount),
    }));
  }
  if (name === "core.Size") {
    return SIZES.map((it) => ({
      label: `${it}GiB`,
      kind: "size",
      mebibytes: it * 1024,
      make: () => cdk.Size.gibibytes(it),
    }));
  }
  if (name === "core.IResolvable") return [];
  const declared = types[type];
  if (!declared) return [];
  if (declared.kind === "enum") {
    return declared.members.map((/** @type {any} */ it) => {
      const raw = valueOf(type)?.[it.name];
      return { label: it.name, kind: "enum", raw, constant: `${name}.${it.name}`, make: () => raw };
    });
  }
  if (isStruct(type)) return [{ label: "{}", kind: "struct", make: (environment) => smallest(type, environment) }];
  if (isConstruct(type) || ancestors(type).has("constructs.IConstruct")) {
    return [{ label: shortName(type), kind: "construct", make: (environment) => environment.fixture(type) }];
  }
  return declared.kind === "interface" ? behaviours(type) : ready(type);
}

/** Values of an interface that things of any class may have. @param {string} type */
function behaviours(type) {
  const found = factoriesReturning(type).map(([owner, method]) => callSample(factoryCall(owner, method)));
  for (const it of concreteClasses(type).slice(0, 14))
    found.push(isConstruct(it) ? constructSample(it) : callSample(newCall(it)));
  for (const owner of implementorsOf(type).slice(0, 30)) {
    for (const [, method] of factoriesOf(owner).slice(0, 3)) found.push(callSample(factoryCall(owner, method)));
  }
  return unique([...found.filter((it) => it.kind === "call"), ...found.filter((it) => it.kind !== "call")]);
}

/** Values of a class: its constants, its factories, `new`. @param {string} type */
function ready(type) {
  const C = valueOf(type);
  if (!C) return [];
  const all = constantsOf(type);
  const current = all.filter((it) => !isDeprecated(it));
  const found = (current.length ? current : all).map((it) => ({
    label: it.name,
    kind: "constant",
    raw: C[it.name],
    constant: `${tableName(type)}.${it.name}`,
    make: () => C[it.name],
  }));
  const calls = factoriesOf(type)
    .filter(([, it]) => !isDeprecated(it))
    .map(([owner, it]) => factoryCall(owner, it));
  if (!types[type].abstract && constructorOf(type)) calls.push(newCall(type));
  if (types[type].abstract || (!found.length && !calls.length)) {
    for (const it of concreteClasses(type)
      .filter((it) => it !== type && !isConstruct(it))
      .slice(0, 6))
      calls.push(newCall(it));
  }
  return unique([...found, ...calls.map(callSample)]);
}

/** @param {Sample[]} samples */
function unique(samples) {
  return [...new Map(samples.map((it) => [it.label, it])).values()];
}

/** @param {string} type @returns {Sample} */
const constructSample = (type) => ({
  label: shortName(type),
  kind: "construct",
  make: (environment) => environment.fixture(type),
});

/** @param {Call} call @returns {Sample} */
const callSample = (call) => ({
  label: call.name,
  kind: "call",
  call,
  make: (environment) => perform(call, environment),
});

/** @param {string} owner @param {Method} method @returns {Call} */
const factoryCall = (owner, method) => ({
  name: `${tableName(owner)}.${method.name}`,
  parameters: method.parameters ?? [],
  invoke: (args) => valueOf(owner)[method.name](...args),
});

/** @param {string} type @returns {Call} */
const newCall = (type) => ({
  name: tableName(type),
  parameters: constructorOf(type) ?? [],
  invoke: (args) => new (valueOf(type))(...args),
});

/** Performs a call with the fewest arguments that do. @param {Call} call @param {Environment} environment @param {Choice} [choice] */
export function perform(call, environment, choice = {}) {
  return nested(() => {
    const { override = {} } = choice;
    const last = Math.max(-1, ...Object.keys(override).map(Number));
    const outer = environment.place;
    const args = call.parameters.map((parameter, index) => {
      if (override[index]) return override[index]();
      const type = parameter.type.fqn;
      if (parameter.name === "scope" && type) return choice.scope ?? environment.scope();
      if (parameter.name === "id" && parameter.type.primitive) return choice.id ?? "Value";
      if (type && isStruct(type) && choice.props) return choice.props(smallest(type, environment, call.name));
      if (parameter.variadic && index > last) return undefined;
      const wanted = type && isStruct(type) && (index < last || given(type, call.name));
      if (parameter.optional && !wanted) return undefined;
      return environment.at(outer === "" ? `$${index}` : `${outer}(${call.name}).$${index}`, () =>
        type && isStruct(type)
          ? smallest(type, environment, call.name)
          : first(parameter.type, parameter.name, call.name, environment),
      );
    });
    while (args.length && args.at(-1) === undefined) args.pop();
    return call.invoke(args);
  });
}

/** @param {string} type @param {Environment} environment @param {Choice} [choice] */
export function constructNew(type, environment, choice) {
  return perform(newCall(type), environment, choice);
}

/**
 * The struct with its required members only, and those that it cannot do without.
 * @param {string} struct @param {Environment} environment @param {string} [owner]  the class it is for
 */
export function smallest(struct, environment, owner = "") {
  const own = environment.place;
  /** @type {Record<string, any>} */
  const made = {};
  for (const member of properties(struct)) {
    const type = member.type;
    const place = own === "" ? member.name : `${own}.${member.name}`;
    const known = given(struct, owner)?.[member.name];
    if (!known && member.optional) continue;
    made[member.name] = environment.at(place, () =>
      known ? known(environment) : first(type, member.name, struct, environment),
    );
  }
  return made;
}

/** What is always given to a struct, or to a class in its struct. @param {string | undefined} struct @param {string} owner */
export function given(struct, owner) {
  return GIVEN[owner] ?? GIVEN[shortName(struct ?? "")];
}

/** The first sample that can be made. @param {Type} type @param {string} name @param {string} owner @param {Environment} environment */
export function first(type, name, owner, environment) {
  return nested(() => {
    let failure = new Error(`no sample for ${owner}.${name}`);
    for (const sample of samplesOf(type, name, owner).slice(0, 5)) {
      try {
        return sample.make(environment);
      } catch (error) {
        failure = /** @type {Error} */ (error);
      }
    }
    throw failure;
  });
}

/** @template T @param {() => T} make @returns {T} */
function nested(make) {
  if (depth > DEEP) throw new Error("the value needs itself");
  depth += 1;
  try {
    return make();
  } finally {
    depth -= 1;
  }
}

/** The classes to make a value of the type with, the plainest first. @param {string} type @returns {string[]} */
export function concreteClasses(type) {
  const wanted = shortName(type)
    .replace(/^I(?=[A-Z])/, "")
    .replace(/Ref$/, "");
  const module = type.split(".").slice(0, -1).join(".").replace(".interfaces", "");
  const effort = (/** @type {string} */ it) => {
    const parameters = constructorOf(it) ?? [];
    const struct = parameters.find((it) => isStruct(it.type.fqn))?.type.fqn;
    const required = struct ? properties(struct).filter((it) => !it.optional).length : 0;
    return (
      (shortName(it) === wanted ? -100 : 0) +
      (shortName(it).startsWith("Cfn") ? 50 : 0) +
      (isDeprecated(types[it]) ? 40 : 0) +
      (it.startsWith(module) ? 0 : 5) +
      parameters.length +
      2 * required
    );
  };
  return implementorsOf(type)
    .filter((it) => !types[it].abstract && constructorOf(it) && valueOf(it) && !it.includes("CfnInclude"))
    .map((it) => ({ it, effort: effort(it) }))
    .sort((a, b) => a.effort - b.effort)
    .map(({ it }) => it);
}
