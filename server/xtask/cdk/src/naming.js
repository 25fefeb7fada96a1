/** Names the places of a template as the tables do: `LifecycleConfiguration.Rules[].Status`, `Statement[+enforceSSL]`. */

/**
 * @typedef {import("./difference.js").Change} Change
 * @typedef {import("./difference.js").Segment} Segment
 * @typedef {import("./synthesis.js").Resources} Resources
 */

/** What stands at a path of indexes. @param {Resources} resources @param {string} resource @param {(string | number)[]} path */
export function lookUp(resources, resource, path) {
  const found = resources.get(resource);
  if (!found) return undefined;
  const [first, ...rest] = path;
  let value = String(first).startsWith("@") ? found.attributes[String(first).slice(1)] : found.properties?.[first];
  for (const segment of rest) value = value?.[segment];
  return value;
}

/** The path with new items by their index in the list. @param {Change} change @param {Resources} before @returns {(string | number)[]} */
export function indexed(change, before) {
  /** @type {(string | number)[]} */
  const path = [];
  for (const segment of change.path) {
    if (typeof segment !== "object") path.push(segment);
    else {
      const list = path.length ? lookUp(before, change.resource, path) : undefined;
      path.push(segment.append + (Array.isArray(list) ? list.length : 0));
    }
  }
  return path;
}

/** Gives the items of lists their names; remembers which prop made which list longer. */
export class Names {
  /** @param {Resources} root */
  constructor(root) {
    this.root = root;
    /** Lists that a prop appends to, by row. @type {Map<string, string[]>} */
    this.appended = new Map();
    /** Lists whose items are those of a list of the props, by slot. @type {Map<string, Set<string>>} */
    this.paired = new Map();
  }

  /** @param {string} slot @param {Change[] | undefined} pairs */
  pair(slot, pairs) {
    if (!pairs?.length) return;
    /** @type {Map<string, number>} */
    const counts = new Map();
    const lists = new Set(pairs.map((it) => listsOf(it).find(([, added]) => added)?.[0]).filter(Boolean));
    for (const list of lists) {
      const items = new Set(
        pairs.flatMap((it) =>
          listsOf(it)
            .filter(([key, added]) => added && key === list)
            .map(([, , item]) => item),
        ),
      );
      counts.set(String(list), items.size);
    }
    this.paired.set(slot, new Set([...counts].filter(([, count]) => count === 1).map(([list]) => list)));
  }

  /**
   * @param {Change} change @param {(string | number)[]} path  the same path by indexes
   * @param {string} row  the path of the prop
   */
  path(change, path, row) {
    const lists = (row.match(/\[\]|\{\}/g) ?? []).length;
    const fresh = !this.root.has(change.resource);
    let used = 0;
    let text = "";
    change.path.forEach((segment, index) => {
      const item = path[index];
      if (typeof item === "string") {
        text += item === "probeKey" ? "{}" : (index ? "." : "") + item.replaceAll(".", "\\.");
        if (item === "probeKey") used += 1;
        return;
      }
      const list = JSON.stringify([change.resource, path.slice(0, index)]);
      const known = lookUp(this.root, change.resource, path.slice(0, index));
      const length = Array.isArray(known) ? known.length : 0;
      const paired = this.pairedWith(row, list);
      if (typeof segment === "number" && item < length && paired !== true) text += `[${item}]`;
      else if (used < lists && paired !== false && item - (paired ? 0 : length) === 0) {
        text += "[]";
        used += 1;
      } else if (typeof segment === "object") {
        const rows = this.appended.get(list) ?? [];
        if (!rows.includes(row)) this.appended.set(list, [...rows, row]);
        text += itemName(row, segment.append);
      } else {
        const owner = (this.appended.get(list) ?? [])
          .filter((it) => row.startsWith(it))
          .sort((a, b) => a.length - b.length)[0];
        text += owner !== undefined && !fresh ? itemName(owner, item - length) : `[${item}]`;
      }
    });
    return text;
  }

  /** Whether the items of a list are known to be, or not to be, those of the props. @param {string} row @param {string} list */
  pairedWith(row, list) {
    let answer;
    for (const [slot, lists] of this.paired) if (row.startsWith(slot)) answer = answer || lists.has(list);
    return answer;
  }
}

/** The name of an item that a row appends: `[+logging/bucket]`, its second one `[+logging/bucket#1]`. @param {string} row @param {number} index */
function itemName(row, index) {
  let path = row;
  for (let before = ""; before !== path;) {
    before = path;
    path = path.replace(/\([^()]*\)/g, "");
  }
  const name = path.replace(/\[\]|\{\}|\$/g, "").replaceAll(".", "/");
  return `[+${name}${index > 0 ? `#${index}` : ""}]`;
}

/** The lists on the way of a change: key, whether the item is new, item. @param {Change} change @returns {[string, boolean, number][]} */
function listsOf(change) {
  /** @type {[string, boolean, number][]} */
  const found = [];
  /** @type {(string | number)[]} */
  const path = [];
  for (const segment of change.path) {
    if (typeof segment === "object") found.push([JSON.stringify([change.resource, path]), true, segment.append]);
    if (typeof segment === "number") found.push([JSON.stringify([change.resource, path]), false, segment]);
    path.push(typeof segment === "object" ? segment.append : segment);
  }
  return found;
}
