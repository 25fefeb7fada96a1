// Starts, watches and stops the server.

import * as os from "node:os";
import { commands, type ExtensionContext, type OutputChannel, Uri, window, workspace } from "vscode";
import {
  CloseAction,
  type ConfigurationParams,
  DidChangeConfigurationNotification,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State as ClientState,
  type TextDocumentFilter,
} from "vscode-languageclient/node";
import { findBinary, ServerUnavailable, version } from "./binary";
import { isEnabled, SECTION, serverPath, serverSettings } from "./settings";
import type { Status } from "./status";

const LANGUAGES = [
  "yaml",
  "json",
  "jsonc",
  "cloudformation",
  "cloudformation-yaml",
  "cloudformation-json",
  "typescript",
  "typescriptreact",
];

/**
 * What the server gets to see. It decides by content what is a template or a CDK program. `.template` says nothing of the
 * language, so those are sent whatever VS Code takes them for.
 */
export const SELECTOR: TextDocumentFilter[] = [
  ...LANGUAGES.flatMap((language) => ["file", "untitled"].map((scheme) => ({ scheme, language }))),
  { scheme: "file", pattern: "**/*.template" },
];

/** A server that ends more often than this within {@link CRASH_WINDOW} milliseconds is left alone. */
const MAX_CRASHES = 4;
const CRASH_WINDOW = 3 * 60 * 1000;

export class Server {
  #client: LanguageClient | undefined;
  /** The last of the starts and stops, which happen one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: OutputChannel,
    private readonly status: Status,
  ) {}

  /** Starts the server, or starts it anew. */
  restart(): Promise<void> {
    return this.#next(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  stop(): Promise<void> {
    return this.#next(() => this.#stop());
  }

  /** Tells the server the settings of now. */
  async sendSettings(): Promise<void> {
    if (this.#client?.isRunning() === true) {
      const settings = { [SECTION]: serverSettings() };
      await this.#client.sendNotification(DidChangeConfigurationNotification.type, { settings });
    }
  }

  #next(step: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(step).catch((error: unknown) => {
      this.#fail(error);
    });
    return this.#last;
  }

  async #start(): Promise<void> {
    if (!isEnabled()) {
      this.status.state = { kind: "disabled" };
      return;
    }
    this.status.state = { kind: "starting" };
    const binary = await findBinary({
      configured: serverPath(),
      extensionPath: this.context.extensionPath,
      workspaceFolder: workspace.workspaceFolders?.[0]?.uri.fsPath,
      home: os.homedir(),
      platform: process.platform,
      pathVariable: process.env.PATH,
    });
    // Asked first, because a client whose program cannot start says no more than "write EPIPE".
    const running = { kind: "running", version: await version(binary), path: binary.path } as const;
    this.log.appendLine(`Starting stacklint ${running.version} (${binary.origin}: ${binary.path})`);

    const client = new LanguageClient(
      SECTION,
      "stacklint",
      { command: binary.path, args: ["lsp"] },
      this.#options(),
    );
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (client !== this.#client) {
        return;
      }
      if (newState === ClientState.Running) {
        this.status.state = running;
      } else if (newState === ClientState.Starting) {
        this.status.state = { kind: "starting" };
      } else if (this.status.state.kind !== "failed") {
        this.status.state = { kind: "stopped" };
      }
    });
    try {
      await client.start();
    } catch (error) {
      throw new ServerUnavailable(`${binary.path} started, but does not speak as a language server: ${text(error)}.`);
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client?.needsStop() === true) {
      // A server that is gone or hangs must not keep the next one from starting.
      await client.dispose(2000).catch((error: unknown) => {
        this.log.appendLine(`The server did not stop in good order: ${text(error)}`);
      });
    }
    this.status.state = { kind: "stopped" };
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      diagnosticCollectionName: SECTION,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: serverSettings(),
      initializationFailedHandler: () => false,
      errorHandler: this.#errorHandler(),
      middleware: {
        workspace: {
          configuration: (params: ConfigurationParams, token, next) => {
            if (params.items.some((item) => item.section !== SECTION)) {
              return next(params, token);
            }
            return params.items.map(({ scopeUri }) =>
              serverSettings(scopeUri === undefined ? undefined : Uri.parse(scopeUri)),
            );
          },
        },
      },
    };
  }

  #errorHandler(): ErrorHandler {
    const crashes: number[] = [];
    return {
      error: (_error, _message, count) => ({
        action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
        handled: true,
      }),
      closed: () => {
        const now = Date.now();
        crashes.push(now);
        const recent = crashes.filter((time) => now - time < CRASH_WINDOW).length;
        if (recent <= MAX_CRASHES) {
          this.log.appendLine("The server ended unexpectedly; starting it again.");
          return { action: CloseAction.Restart, handled: true };
        }
        this.#fail(new ServerUnavailable(`The stacklint server ended ${recent.toString()} times within minutes.`));
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  #fail(error: unknown): void {
    const reason = text(error);
    this.status.state = { kind: "failed", reason };
    this.log.appendLine(reason);
    void window.showErrorMessage(reason, "Restart", "Settings", "Show log").then((choice) => this.#choose(choice));
  }

  async #choose(choice: string | undefined): Promise<void> {
    switch (choice) {
      case "Restart":
        await this.restart();
        break;
      case "Settings":
        await commands.executeCommand("workbench.action.openSettings", "stacklint.server.path");
        break;
      case "Show log":
        this.log.show(true);
        break;
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
