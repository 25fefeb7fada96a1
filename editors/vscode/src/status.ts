// What the user sees of the server: an entry in the language status of the files that it reads.

import { type Disposable, type DocumentSelector, languages, LanguageStatusSeverity } from "vscode";

/** The life of the server. */
export type State =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly version: string; readonly path: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "disabled" }
  | { readonly kind: "failed"; readonly reason: string };

export class Status implements Disposable {
  #state: State = { kind: "stopped" };
  readonly #item;

  constructor(selector: DocumentSelector) {
    this.#item = languages.createLanguageStatusItem("stacklint.status", selector);
    this.#item.name = "stacklint";
    this.state = this.#state;
  }

  get state(): State {
    return this.#state;
  }

  set state(state: State) {
    this.#state = state;
    const item = this.#item;
    item.busy = state.kind === "starting";
    item.severity = state.kind === "failed" ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    item.text = state.kind === "running" ? `stacklint ${state.version}` : `stacklint: ${state.kind}`;
    item.detail = detail(state);
    item.command =
      state.kind === "running"
        ? { title: "Show log", command: "stacklint.showLog" }
        : { title: "Restart", command: "stacklint.restart" };
  }

  /** The state as a sentence. */
  describe(): string {
    const state = this.#state;
    switch (state.kind) {
      case "running":
        return `stacklint ${state.version} is running (${state.path}).`;
      case "starting":
        return "stacklint is starting.";
      case "stopped":
        return "stacklint is stopped.";
      case "disabled":
        return "stacklint is switched off by the setting stacklint.enable.";
      case "failed":
        return state.reason;
    }
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function detail(state: State): string {
  switch (state.kind) {
    case "running":
      return state.path;
    case "failed":
      return state.reason;
    case "disabled":
      return "stacklint.enable is off";
    default:
      return "";
  }
}
