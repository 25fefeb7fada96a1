// Finds the server's program. Knows nothing of VS Code, so that it can be tested by itself.

import { execFile, type ExecFileException } from "node:child_process";
import { constants } from "node:fs";
import { access, chmod, stat } from "node:fs/promises";
import * as path from "node:path";

/** Where the program was found. */
export type Origin = "setting" | "bundled" | "PATH";

/** A program that exists; whether it runs is for {@link version} to say. */
export interface Binary {
  readonly path: string;
  readonly origin: Origin;
}

/** What the search depends on. */
export interface Search {
  /** The setting `stacklint.server.path`; empty when it is not set. */
  readonly configured: string;
  readonly extensionPath: string;
  readonly workspaceFolder: string | undefined;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The environment variable PATH. */
  readonly pathVariable: string | undefined;
}

/** Says in words for the user why there is no server, and what to do. */
export class ServerUnavailable extends Error {}

/**
 * The setting, else the program inside the extension, else the one in PATH. A setting that names nothing is an error
 * rather than a reason to search on: the user asked for that program.
 */
export async function findBinary(search: Search): Promise<Binary> {
  if (search.configured !== "") {
    const file = expand(search.configured, search);
    if (!(await isFile(file))) {
      throw new ServerUnavailable(
        `The setting stacklint.server.path names ${file}, which is not a file. ` +
          "Correct the setting, or clear it to use the server that comes with the extension.",
      );
    }
    return { path: file, origin: "setting" };
  }

  const bundled = path.join(search.extensionPath, "server", programName(search.platform));
  if (await isFile(bundled)) {
    await makeExecutable(bundled, search.platform);
    return { path: bundled, origin: "bundled" };
  }

  const inPath = await findInPath(search);
  if (inPath !== undefined) {
    return { path: inPath, origin: "PATH" };
  }
  throw new ServerUnavailable(
    `This build of the extension has no stacklint server for ${search.platform}-${process.arch}, and there is none in ` +
      "PATH. Install stacklint, or name its program in the setting stacklint.server.path.",
  );
}

/** Runs `stacklint --version`: the cheapest proof that the program works on this machine. */
export function version(binary: Binary, timeout = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(binary.path, ["--version"], { timeout, windowsHide: true }, (error, stdout, stderr) => {
      if (error !== null) {
        reject(new ServerUnavailable(explain(binary, error, stderr)));
        return;
      }
      const said = /^stacklint\s+(\S+)/.exec(stdout);
      if (said?.[1] === undefined) {
        const advice = remedy(binary);
        reject(new ServerUnavailable(`${binary.path} runs, but does not seem to be stacklint. ${advice}`));
        return;
      }
      resolve(said[1]);
    });
  });
}

function programName(platform: NodeJS.Platform): string {
  return platform === "win32" ? "stacklint.exe" : "stacklint";
}

function expand(configured: string, search: Search): string {
  const folder = search.workspaceFolder ?? search.home;
  const full = configured
    .replace(/^~(?=$|[/\\])/, () => search.home)
    .replace(/\$\{workspaceFolder\}/g, () => folder);
  return path.resolve(folder, full);
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function isExecutable(file: string, platform: NodeJS.Platform): Promise<boolean> {
  if (platform === "win32") {
    return true;
  }
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Some ways of unpacking an extension lose the permission to execute. */
async function makeExecutable(file: string, platform: NodeJS.Platform): Promise<void> {
  if (!(await isExecutable(file, platform))) {
    // An extension folder that is read-only stays as it is; running the program then says what is wrong.
    await chmod(file, 0o755).catch(() => undefined);
  }
}

async function findInPath(search: Search): Promise<string | undefined> {
  const delimiter = search.platform === "win32" ? ";" : ":";
  for (const folder of (search.pathVariable ?? "").split(delimiter)) {
    // A relative entry would mean a program out of the folder that happens to be open.
    if (!path.isAbsolute(folder)) {
      continue;
    }
    const file = path.join(folder, programName(search.platform));
    if ((await isFile(file)) && (await isExecutable(file, search.platform))) {
      return file;
    }
  }
  return undefined;
}

function explain(binary: Binary, error: ExecFileException, stderr: string): string {
  return `The stacklint server ${binary.path} ${reason(error, stderr)}. ${remedy(binary)}`;
}

function reason(error: ExecFileException, stderr: string): string {
  if (error.killed === true) {
    return "does not answer";
  }
  switch (error.code) {
    case "EACCES":
      return "may not be executed (permission denied)";
    case "ENOENT":
      // The file was there a moment ago, so it is the loader or the interpreter that is missing.
      return "cannot start on this system: the program loader that it was built for is missing";
    case "ENOEXEC":
    case "UNKNOWN":
      return "is not a program for this system and processor";
    default: {
      const firstLine = stderr.trim().split(/\r?\n/, 1)[0] ?? "";
      return `fails at start (${firstLine === "" ? error.message.trim() : firstLine})`;
    }
  }
}

function remedy(binary: Binary): string {
  switch (binary.origin) {
    case "setting":
      return "Correct the setting stacklint.server.path, or clear it to use the server that comes with the extension.";
    case "bundled":
      return (
        `Install the extension's build for ${process.platform}-${process.arch}, ` +
        "or name a stacklint program of your own in the setting stacklint.server.path."
      );
    case "PATH":
      return "Install stacklint anew, or name another program in the setting stacklint.server.path.";
  }
}
