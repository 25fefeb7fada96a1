/**
 * The experiment on one thing with props: a class, or a method of a default instance. Every slot is given its samples;
 * what changes in the template is the slot's doing. A slot without effect is tried again beside other props.
 */

import { isDeprecated, properties, shortName } from "./assembly.js";
import { changes, keyOf } from "./difference.js";
import { GIVEN } from "./known.js";
import { samplesOf } from "./values.js";
import { ENDINGS } from "./words.js";
import { spent, synthesise } from "./synthesis.js";

/**
 * @typedef {import("./slots.js").Slot} Slot
 * @typedef {import("./slots.js").Group} Group
 * @typedef {import("./slots.js").Maker} Maker
 * @typedef {import("./values.js").Sample} Sample
 * @typedef {import("./difference.js").Change} Change
 * @typedef {import("./synthesis.js").Resources} Resources
 * @typedef {Record<string, Maker>} Overrides  makers of top-level props
 * @typedef {{ prop: string, is?: string[], given?: boolean, not?: string[], suffix?: string, flag?: string, on?: boolean }} Guard
 * @typedef {{ sample: Sample, changes: Change[] }} Result
 * @typedef {{ group: Group, results: Result[], errors: string[] }} Outcome
 * @typedef {{ slot: Slot, outcomes: Outcome[], base: Resources, pairs?: Change[], guard?: Guard, failed?: string,
 *   needed?: boolean }} Finding
 */

/** Samples tried of an enum before it is known that all matter. */
const FIRST = 10;
const ALL = 90;

/** Why a slot was not tried. */
export const NO_EFFORT = "no effort left";

export class Experiment {
  /**
   * @param {object} subject
   * @param {(overrides: Overrides) => import("./synthesis.js").Build} subject.build
   * @param {Slot[]} subject.slots
   * @param {(resources: Resources, words?: [string, string][]) => Resources} [subject.rename]  the paths, where samples are part of them
   * @param {number} effort  that it may be
   */
  constructor({ build, slots, rename = (it) => it }, effort) {
    this.build = build;
    this.slots = slots;
    this.effort = effort;
    this.propEnd = Infinity;
    /** @type {Map<string, Resources | Error>} */
    this.known = new Map();
    this.rename = rename;
    this.base = synthesise(build({}));
    this.base.resources = rename(this.base.resources);
    this.end = worked() + effort;
    this.known.set("", this.base.resources);
    /** What was found to make a prop work. @type {Map<string, { guard: Guard, overrides: Overrides, label: string, needed: boolean }>} */
    this.enablers = new Map();
  }

  /** Gives a prop its part of the effort that is left. @param {string} prop */
  share(prop) {
    const props = new Set(this.slots.slice(this.slots.findIndex((it) => it.prop === prop)).map((it) => it.prop));
    const left = Math.max(0, this.end - worked());
    this.propEnd = worked() + Math.max(left / 12, (3 * left) / props.size);
  }

  get late() {
    return worked() > this.end;
  }

  /** @returns {Finding[]} */
  run() {
    /** @type {Finding[]} */
    const findings = [];
    let prop = "";
    for (const slot of this.slots) {
      if (slot.prop !== prop) this.share((prop = slot.prop));
      if (this.late || worked() > this.propEnd) {
        findings.push({ slot, outcomes: [], base: new Map(), failed: NO_EFFORT });
        continue;
      }
      const enabler = this.enablers.get(slot.prop);
      let finding = this.trySlot(slot, enabler?.overrides, enabler?.guard, ALL, enabler?.label);
      if (enabler) finding.needed = enabler.needed;
      if (slot.struct && !this.mentionsOther(finding) && !finding.outcomes.some((it) => it.results.length))
        finding = this.searchMember(slot) ?? finding;
      const dead = !finding.outcomes.some((it) => it.results.some((it) => it.changes.length));
      if (dead && slot.depth === 1 && !enabler && !slot.required)
        finding = this.searchEnabler(slot, finding) ?? finding;
      findings.push(finding);
    }
    return findings;
  }

  /** @param {Slot} slot @param {Overrides} [extra] @param {Guard} [guard] @param {number} [most] samples of each group @param {string} [label]  of what is given beside it @returns {Finding} */
  trySlot(slot, extra = {}, guard, most = ALL, label = "") {
    const suffix = guard ? ` with ${label}` : "";
    const without = slot.put(undefined);
    const baseKey = (without ? `in ${slot.parent || slot.path}` : "") + suffix;
    const baseOverrides = { ...extra, ...(without && { [slot.prop]: without }) };
    const base = this.resources(baseKey, baseOverrides);
    if (base instanceof Error) return { slot, outcomes: [], base: new Map(), guard, failed: base.message };
    const outcomes = slot.groups.map((group) => this.tryGroup(slot, group, base, extra, suffix, most));
    const finding = { slot, outcomes, base, guard };
    if (
      (slot.item && most === ALL && outcomes.some((it) => it.results.some((it) => it.changes.length))) ||
      (slot.item && slot.required)
    ) {
      return { ...finding, pairs: this.tryPair(slot, outcomes, extra) };
    }
    return finding;
  }

  /** @param {Slot} slot @param {Group} group @param {Resources} base @param {Overrides} extra @param {string} suffix @param {number} most @returns {Outcome} */
  tryGroup(slot, group, base, extra, suffix, most) {
    /** @type {Outcome} */
    const outcome = { group, results: [], errors: [] };
    const choices = group.kind === "enum" || group.kind === "constant";
    let samples = group.samples.slice(0, choices ? ALL : 40);
    const wanted = Math.min(group.wanted, most);
    if (choices && samples.length > FIRST) {
      const step = Math.ceil(samples.length / FIRST);
      samples = [
        ...samples.filter((_, index) => index % step === 0),
        ...samples.filter((_, index) => index % step !== 0),
      ];
    }
    const endings =
      group.kind === "text" && most === ALL
        ? samples.filter((it) => ENDINGS.some((end) => it.label.endsWith(end))).slice(0, 1)
        : [];
    for (const sample of [...samples.filter((it) => !endings.includes(it)), ...endings]) {
      const enough = outcome.results.length >= wanted || outcome.errors.length >= (choices ? ALL : 8);
      if (this.late) break;
      if (enough && !endings.includes(sample)) continue;
      if (choices && samples.length > FIRST && outcome.results.length === FIRST && regular(outcome.results)) break;
      const made = this.synthesis(slot, sample, extra);
      if (made instanceof Error) {
        outcome.errors.push(made.message);
        continue;
      }
      const found = changes(base, made, (it) => !it.startsWith("@"));
      if ([...made.keys()].some((it) => it.startsWith("@") && !base.has(it))) {
        const control = this.control(slot, sample, extra, suffix);
        if (control) found.push(...changes(control, made, (it) => it.startsWith("@")));
      }
      outcome.results.push({ sample, changes: found });
    }
    return outcome;
  }

  /** @param {Slot} slot @param {Sample} sample @param {Overrides} extra @returns {Resources | Error} */
  synthesis(slot, sample, extra) {
    const maker = slot.put(sample.make);
    if (!maker) return new Error("nothing to give");
    const words = /** @type {[string, string][]} */ (
      sample.kind === "text" && slot.path === slot.prop ? [[sample.raw, `{${slot.prop}}`]] : []
    );
    return attempt(() => this.rename(synthesise(this.build({ ...extra, [slot.prop]: maker })).resources, words));
  }

  /** The stack with the constructs of the sample in it, which are given to nobody. @param {Slot} slot @param {Sample} sample @param {Overrides} extra @param {string} suffix */
  control(slot, sample, extra, suffix) {
    const maker = slot.put(sample.make);
    const without = slot.put(undefined);
    const build = this.build({ ...extra, ...(without && { [slot.prop]: without }) });
    const key = `control ${slot.path} ${sample.label}${suffix}`;
    if (!this.known.has(key)) {
      this.known.set(
        key,
        attempt(() =>
          this.rename(
            synthesise((environment) => {
              if (maker) environment.at(slot.prop, () => maker(environment));
              return build(environment);
            }).resources,
          ),
        ),
      );
    }
    const found = this.known.get(key);
    return found instanceof Error ? undefined : found;
  }

  /** What a second item adds to a list with one. @param {Slot} slot @param {Outcome[]} outcomes @param {Overrides} extra */
  tryPair(slot, outcomes, extra) {
    const working = outcomes.flatMap((it) => it.results.map((it) => it.sample));
    const [one, other] = [working[0], working[1] ?? working[0]];
    if (!one || !slot.put2) return undefined;
    const single = slot.put(one.make);
    const double = slot.put2(one.make, other.make);
    if (!single || !double) return undefined;
    const before = attempt(() => this.rename(synthesise(this.build({ ...extra, [slot.prop]: single })).resources));
    const after = attempt(() => this.rename(synthesise(this.build({ ...extra, [slot.prop]: double })).resources));
    if (before instanceof Error || after instanceof Error) return undefined;
    return changes(before, after, (it) => !it.startsWith("@"));
  }

  /** True when the library's message has the name of another prop. @param {Finding} finding */
  mentionsOther(finding) {
    const words = new Set(
      finding.outcomes
        .flatMap((it) => it.errors)
        .concat(finding.failed ?? "")
        .join(" ")
        .split(/\W+/),
    );
    return this.slots.some((it) => it.depth === 1 && it.prop !== finding.slot.prop && words.has(it.prop));
  }

  /** Looks for the member that a struct cannot do without though it is optional. @param {Slot} slot */
  searchMember(slot) {
    const struct = slot.struct ?? "";
    const name = shortName(struct);
    const before = GIVEN[name];
    for (const member of properties(struct).filter((it) => it.optional && !isDeprecated(it))) {
      for (const sample of samplesOf(member.type, member.name, struct).slice(0, 3)) {
        if (this.late) return undefined;
        GIVEN[name] = { ...before, [member.name]: sample.make };
        const finding = this.trySlot(slot, {}, undefined, 1);
        if (finding.outcomes.some((it) => it.results.some((it) => it.changes.length))) {
          for (const it of this.slots)
            if (it.path.startsWith(`${slot.path}.${member.name}`))
              Object.assign(it, { required: true, parent: slot.path });
          return this.trySlot(slot);
        }
      }
    }
    if (before) GIVEN[name] = before;
    else delete GIVEN[name];
    return undefined;
  }

  /** Tries a slot beside values of the other props. @param {Slot} slot @param {Finding} finding */
  searchEnabler(slot, finding) {
    const errors = finding.outcomes.flatMap((it) => it.errors).join(" ") + (finding.failed ?? "");
    const failing = !finding.outcomes.some((it) => it.results.length);
    const others = this.slots.filter((it) => it.depth === 1 && it.prop !== slot.prop && !it.item);
    others.sort((a, b) => Number(errors.includes(b.prop)) - Number(errors.includes(a.prop)));
    let tries = 0;
    const started = worked();
    for (const other of others) {
      for (const group of other.groups.slice(0, 2)) {
        const working = group.samples.slice(0, group.kind === "enum" ? 6 : group.kind === "boolean" ? 2 : 1);
        const found = working.find((sample) => {
          tries += 1;
          return tries <= 40 && worked() - started < this.effort / 20 && this.works(slot, other, sample);
        });
        if (!found) continue;
        const choices = ["boolean", "enum", "constant"].includes(group.kind);
        const label = `${group.path}=${found.label}`;
        const is = choices
          ? group.samples.slice(0, 12).filter((it) => it === found || this.works(slot, other, it))
          : [];
        const guard = choices
          ? { prop: other.path, is: is.map((it) => it.constant ?? it.label) }
          : { prop: other.path, given: true };
        const overrides = { [other.prop]: /** @type {Maker} */ (other.put(found.make)) };
        this.enablers.set(slot.prop, { guard, overrides, label, needed: failing });
        return { ...this.trySlot(slot, overrides, guard, ALL, label), needed: failing };
      }
      if (tries > 40) break;
    }
    return undefined;
  }

  /** True when the slot does something beside the other's sample. @param {Slot} slot @param {Slot} other @param {Sample} sample */
  works(slot, other, sample) {
    const maker = other.put(sample.make);
    if (!maker) return false;
    const guard = { prop: other.path, is: [sample.label] };
    const finding = this.trySlot(slot, { [other.prop]: maker }, guard, 1, `${other.path}=${sample.label}`);
    return finding.outcomes.some((it) => it.results.some((it) => it.changes.length));
  }

  /** @param {string} key @param {Overrides} overrides */
  resources(key, overrides) {
    let found = this.known.get(key);
    if (!found) {
      found = attempt(() => this.rename(synthesise(this.build(overrides)).resources));
      this.known.set(key, found);
    }
    return found;
  }
}

/** The effort made until now. */
export const worked = () => spent.effort;

/** True when each sample sets one and the same property: then the constant's own value tells the rest. @param {Result[]} results */
function regular(results) {
  const keys = results.map((it) => it.changes.map(keyOf).join());
  const effective = keys.filter((it) => it !== "");
  return (
    effective.length >= results.length - 1 &&
    new Set(effective).size === 1 &&
    results.every((it) => it.changes.every((it) => typeof it.value !== "object"))
  );
}

/** @template T @param {() => T} make @returns {T | Error} */
export function attempt(make) {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
