// The extension's door: starts the server and ties the commands and the settings to it.

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { Server, SELECTOR } from "./server";
import { NEED_RESTART, SECTION } from "./settings";
import { Status } from "./status";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("stacklint");
  const status = new Status(SELECTOR);
  const current = new Server(context, log, status);
  server = current;

  context.subscriptions.push(
    log,
    status,
    commands.registerCommand("stacklint.restart", () => current.restart()),
    commands.registerCommand("stacklint.showLog", () => {
      log.show(true);
    }),
    commands.registerCommand("stacklint.showStatus", async () => {
      const choice = await window.showInformationMessage(status.describe(), "Show log", "Restart");
      if (choice === "Show log") {
        log.show(true);
      } else if (choice === "Restart") {
        await current.restart();
      }
    }),
    workspace.onDidChangeConfiguration(async (change) => {
      if (NEED_RESTART.some((section) => change.affectsConfiguration(section))) {
        await current.restart();
      } else if (change.affectsConfiguration(SECTION)) {
        await current.sendSettings();
      }
    }),
    // What the workspace says of `server.path` counts from now on.
    workspace.onDidGrantWorkspaceTrust(() => current.restart()),
  );
  await current.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
