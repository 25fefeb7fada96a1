// The settings, as VS Code has them and as the server wants them.

import { type Uri, workspace } from "vscode";

/** The section of all settings, here and in the protocol. */
export const SECTION = "stacklint";

/** The settings that are the server's. */
const FOR_SERVER = ["select", "ignore", "severity", "maxFileSize", "log"] as const;

/** Changes of these need a new process. */
export const NEED_RESTART = [`${SECTION}.enable`, `${SECTION}.server.path`];

export function isEnabled(): boolean {
  return workspace.getConfiguration(SECTION).get("enable", true);
}

export function serverPath(): string {
  return workspace.getConfiguration(SECTION).get("server.path", "").trim();
}

/**
 * The server's settings, without those that nobody set. The server has the defaults, and an empty `select` that the user
 * wrote is something else than none.
 */
export function serverSettings(scope?: Uri): Record<string, unknown> {
  const configuration = workspace.getConfiguration(SECTION, scope);
  const settings: Record<string, unknown> = {};
  for (const key of FOR_SERVER) {
    const values = configuration.inspect(key);
    const set = values?.workspaceFolderValue ?? values?.workspaceValue ?? values?.globalValue;
    if (set !== undefined) {
      // `get` merges objects over the levels, as with `severity`.
      settings[key] = configuration.get(key);
    }
  }
  return settings;
}
