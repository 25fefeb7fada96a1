/** Writes what was found about a class as one line of `classes.jsonl`. */

import { elementPaths, normalise } from "./synthesis.js";
import { constructs, fullName, fullNameOf, properties, tableName } from "./assembly.js";
import { isLeaf, same } from "./difference.js";
import { attempt } from "./experiment.js";
import { visitLeaves } from "./rows.js";

/**
 * @typedef {import("./rows.js").Rows} Rows
 * @typedef {import("./rows.js").Row} Row
 * @typedef {import("./rows.js").Creation} Creation
 */

/** The resources of a table, by index. */
export class Index {
  constructor() {
    /** @type {any[]} */
    this.resources = [];
    /** @type {Map<string, number>} */
    this.byPath = new Map();
  }

  /** A list to which more can be added without touching this one. */
  extended() {
    const copy = new Index();
    copy.resources = [...this.resources];
    copy.byPath = new Map(this.byPath);
    return copy;
  }

  /** @param {string} path @param {any} resource */
  add(path, resource) {
    this.byPath.set(path, this.resources.length);
    this.resources.push(resource);
  }

  /** A value with references by index. @param {any} value @returns {any} */
  read(value) {
    if (value === "probeKey") return { $key: 1 };
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((it) => this.read(it));
    if (Array.isArray(value.$ref)) {
      const index = this.byPath.get(value.$ref[0]);
      return index === undefined || value.$ref[1].includes("Zqstack") ? { $unknown: 1 } : { $ref: [index, value.$ref[1]] };
    }
    return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, this.read(it)]));
  }
}

/** Lists the resources of the default instance and those that props make. @param {Rows} rows @param {import("./synthesis.js").Resources} base @param {(path: string) => boolean} wanted @param {string[]} [hidden] @param {Index} [index]  to add to */
export function indexOf(rows, base, wanted, hidden = [], index = new Index()) {
  /** @type {[any, () => any][]} */
  const later = [];
  const owned = rows.owned.get("") ?? new Set();
  const paths = [...base.keys()].filter(wanted).sort((a, b) => rank(a) - rank(b));
  for (const path of paths) {
    const { type, properties: values, attributes } = /** @type {import("./synthesis.js").Resource} */ (base.get(path));
    const resource = { path: plain(path), type };
    const kept = rows.kept.get(path);
    index.add(path, resource);
    later.push([
      resource,
      () => {
        const strip = (/** @type {any} */ tree, /** @type {string} */ sign) =>
          pruned(tree, (it) => owned.has(JSON.stringify([path, [sign + it[0], ...it.slice(1)]])));
        return {
          properties: { ...index.read(strip(values, "")), ...covered(path, hidden) },
          ...filled("attributes", index.read(strip(attributes, "@"))),
          ...(kept && { when: anyOfAll(kept) }),
        };
      },
    ]);
  }
  for (const [path, creations] of grouped(rows.creations)) {
    if (base.has(path)) continue;
    for (const { row, resource, leaves } of creations) {
      const decided = rows.owned.get(row.prop);
      for (const key of leaves.keys())
        if (decided?.has(JSON.stringify([resource, JSON.parse(key)]))) leaves.delete(key);
    }
    const common = commonLeaves(creations);
    const each = creations.find((it) => it.each)?.each;
    const resource = { path: plain(path), type: creations[0].type };
    index.add(path, resource);
    for (const creation of creations) {
      for (const [key, value] of creation.leaves) {
        if (common.some(([it]) => it === key)) continue;
        const parts = JSON.parse(key);
        const setting = {
          resource: path,
          type: creation.type,
          path: "",
          at: JSON.stringify([path, parts]),
          fn: { const: value },
        };
        creation.row.set.push(setting);
        creation.varying.push({ setting, path: parts });
      }
      for (const { setting, path: parts } of creation.varying) {
        // Where several props make the resource, each brings its own items.
        const items = parts.map((it) => (typeof it === "number" && creations.length > 1 ? { append: it } : it));
        const change = { op: /** @type {const} */ ("set"), resource: path, type: creation.type, path: items };
        setting.path = rows.names.path(change, parts, creation.row.prop);
      }
    }
    later.push([
      resource,
      () => {
        const tree = index.read(treeOf(common.map(([key, value]) => [JSON.parse(key), value])));
        const entries = Object.entries(tree);
        return {
          properties: Object.fromEntries(entries.filter(([name]) => !name.startsWith("@"))),
          ...filled(
            "attributes",
            Object.fromEntries(
              entries.filter(([name]) => name.startsWith("@")).map(([name, it]) => [name.slice(1), it]),
            ),
          ),
          when: uniqueOf(creations.map((it) => it.guards)),
          ...(each && { each }),
        };
      },
    ]);
  }
  for (const { resource, type } of rows.rows.flatMap((it) => it.set)) {
    // What a construct given has anyway, and the props change.
    if (resource.startsWith("@") && !index.byPath.has(resource))
      index.add(resource, { path: plain(resource), type, given: 1 });
  }
  for (const [resource, rest] of later) Object.assign(resource, rest());
  return index;
}

/** @param {string} path @param {string[]} hidden  properties of the construct's own resource that are not its own doing */
const covered = (path, hidden) =>
  path === "Resource" ? Object.fromEntries(hidden.map((it) => [it, { $unknown: 1 }])) : {};

/** The lists with one guard of each list. @param {import("./rows.js").Guard[][]} lists @returns {import("./rows.js").Guard[][]} */
const anyOfAll = (lists) =>
  lists.reduce((done, list) => done.flatMap((it) => list.map((guard) => [...it, guard])), [/** @type {any[]} */ ([])]);

/** A path without the generated names in it. @param {string} path */
const plain = (path) =>
  path
    .split("/")
    .map((it) => (/Zqstack|Zqmain|Zqgiven/.test(it) ? "*" : it))
    .join("/");

/** The construct's own resource first, then what it contains, then what it shares or changes. @param {string} path */
const rank = (path) => (path === "Resource" ? 0 : path.startsWith("@") ? 3 : path.startsWith("/") ? 2 : 1);

/** The leaves that a resource has whatever made it; items of lists only as a whole. @param {Creation[]} creations */
function commonLeaves(creations) {
  const alike = (/** @type {[string, any]} */ [key, value]) => creations.every((it) => same(it.leaves.get(key), value));
  if (creations.length === 1) return [...creations[0].leaves];
  const itemOf = (/** @type {string} */ key) => {
    const path = JSON.parse(key);
    const list = path.findIndex((/** @type {any} */ it) => typeof it === "number");
    return list < 0 ? undefined : JSON.stringify(path.slice(0, list + 1)).slice(0, -1);
  };
  const broken = new Set();
  for (const creation of creations) {
    for (const [key, value] of creation.leaves) if (itemOf(key) && !alike([key, value])) broken.add(itemOf(key));
    for (const { path } of creation.varying) broken.add(itemOf(JSON.stringify(path)));
  }
  return [...creations[0].leaves].filter((it) => alike(it) && !broken.has(itemOf(it[0])));
}

/** @param {Creation[]} creations */
function grouped(creations) {
  /** @type {Map<string, Creation[]>} */
  const found = new Map();
  for (const it of creations) found.set(it.resource, [...(found.get(it.resource) ?? []), it]);
  return found;
}

/** @param {string} name @param {Record<string, any>} value */
const filled = (name, value) => (Object.keys(value).length ? { [name]: value } : {});

/** @template T @param {T[]} values */
export const uniqueOf = (values) =>
  values.filter((it, index) => values.findIndex((other) => same(other, it)) === index);

/** @param {any} tree @param {(path: any[]) => boolean} drop */
function pruned(tree, drop) {
  /** @type {[any[], any][]} */
  const leaves = [];
  let dropped = false;
  visitLeaves(tree, [], (path, leaf) => {
    const gone = path.some((_, index) => drop(path.slice(0, index + 1)));
    dropped ||= gone;
    if (!gone && path.length) leaves.push([path, leaf]);
  });
  return dropped ? treeOf(leaves) : tree;
}

/** @param {[any[], any][]} leaves @returns {any} */
function treeOf(leaves) {
  /** @type {any} */
  const tree = {};
  for (const [path, leaf] of leaves) {
    let place = tree;
    path.forEach((segment, index) => {
      if (index === path.length - 1) place[segment] = leaf;
      else place = place[segment] ??= typeof path[index + 1] === "number" ? [] : {};
    });
  }
  return compact(tree);
}

/** Lists without the holes of items that other rows make. @param {any} value @returns {any} */
function compact(value) {
  if (isLeaf(value)) return value;
  if (Array.isArray(value)) return value.filter((it) => it !== undefined).map(compact);
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, compact(it)]));
}

/** The rows as written. @param {Rows} rows @param {Index} index */
export function writtenRows(rows, index) {
  /** @type {any[]} */
  const written = [];
  for (const row of rows.rows) {
    const owned = rows.owned.get(row.prop) ?? rows.owned.get(row.slot);
    const settings = row.set.filter((it) => !owned?.has(it.at) && index.byPath.has(it.resource));
    /** @type {Map<string, any>} */
    const byGuard = new Map();
    for (const { resource, path, fn } of settings) {
      const { when, ...rest } = fn;
      const guards = when ? [...row.when, when] : row.when;
      const key = JSON.stringify(guards);
      if (!byGuard.has(key)) byGuard.set(key, { prop: row.prop, ...(guards.length && { when: guards }), set: [] });
      byGuard.get(key).set.push([index.byPath.get(resource), path, index.read(rest)]);
    }
    for (const it of byGuard.values()) written.push({ ...it, set: bundled(it.set) });
  }
  return written;
}

/** Items that a row appends, each as one template. @param {[number, string, any][]} settings */
function bundled(settings) {
  /** @type {Map<string, [number, string, any][]>} */
  const items = new Map();
  /** @type {[number, string, any][]} */
  const result = [];
  for (const setting of settings) {
    const item = /^(.*?\[\+[^\]]*\])(\.|\[|$)/.exec(setting[1])?.[1];
    const simple = Object.keys(setting[2]).some((it) => ["const", "same", "template"].includes(it));
    if (!item || !simple) result.push(setting);
    else {
      const key = `${setting[0]} ${item}`;
      if (!items.has(key)) items.set(key, []);
      items.get(key)?.push([setting[0], setting[1].slice(item.length), setting[2]]);
    }
  }
  for (const [key, parts] of items) {
    if (parts.length === 1 && parts[0][1] === "") {
      result.push([Number(key.split(" ")[0]), key.slice(key.indexOf(" ") + 1), parts[0][2]]);
      continue;
    }
    const leaves = parts.map(([, path, fn]) => /** @type {[any[], any]} */ ([segmentsOf(path), nodeOf(fn)]));
    result.push([Number(key.split(" ")[0]), key.slice(key.indexOf(" ") + 1), { template: treeOf(leaves) }]);
  }
  return result;
}

/** @param {any} fn */
const nodeOf = (fn) =>
  "const" in fn ? fn.const : fn.same ? { $value: 1 } : Array.isArray(fn.template) ? { $sub: fn.template } : fn.template;

/** @param {string} path */
function segmentsOf(path) {
  return path
    .split(/(?<!\\)\.|(?=\[)/)
    .filter((it) => it !== "")
    .map((it) => (it.startsWith("[") ? Number(/(\d*)\]$/.exec(it)?.[1] || 0) : it.replaceAll("\\.", ".")));
}

/** Some constants only look like constructs. @param {any} it */
const isInTree = (it) => !(attempt(() => it.node) instanceof Error);

/** What the members of a construct stand for, and the constructs in it. @param {string} name @param {import("./synthesis.js").Synthesis} base @param {Index} index */
export function membersOf(name, base, index) {
  const { main, environment } = base;
  /** @type {Record<string, any>} */
  const attributes = {};
  /** @type {Record<string, any>} */
  const parts = {};
  for (const member of properties(fullName(name))) {
    if (member.static || member.protected) continue;
    let value;
    try {
      value = main[member.name];
    } catch {
      continue;
    }
    if (typeof value === "string" || typeof value === "number") {
      const node = attempt(() => environment.stack.resolve(value));
      if (node === null || typeof node !== "object" || node instanceof Error) continue;
      const read = index.read(normalise(node, elementPaths(environment.stack)));
      if (!JSON.stringify(read).includes('"$unknown"')) attributes[member.name] = read.$ref ?? read;
    } else if (constructs.Construct.isConstruct(value) && isInTree(value) && !["stack", "node"].includes(member.name)) {
      const own = fullNameOf(value);
      const child = value.node.defaultChild;
      const path = child && elementPaths(environment.stack).get(environment.stack.resolve(child.logicalId ?? ""));
      const resource = path === undefined ? undefined : index.byPath.get(path);
      if (!own || !value.node.path.startsWith(main.node.path) || own === "constructs.Construct") continue;
      parts[member.name] = { class: tableName(own), ...(resource !== undefined && { resource }) };
    }
  }
  return { ...filled("attributes", attributes), ...filled("parts", parts) };
}
