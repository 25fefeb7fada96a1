import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Binary, findBinary, type Search, ServerUnavailable, version } from "../src/binary";

const posix = { skip: process.platform === "win32" ? "scripts stand in for the server" : false };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "stacklint-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes a program, by default one that behaves as `stacklint --version` does. */
async function program(name: string, text = "#!/bin/sh\necho stacklint 1.2.3\n", mode = 0o755): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

function search(given: Partial<Search> = {}): Search {
  return {
    configured: "",
    extensionPath: path.join(folder, "extension"),
    workspaceFolder: path.join(folder, "workspace"),
    home: path.join(folder, "home"),
    platform: "linux",
    pathVariable: "",
    ...given,
  };
}

function failsWith(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ServerUnavailable);
    assert.match(error.message, message);
    return true;
  };
}

describe("the search for the server", posix, () => {
  it("prefers the setting to the bundled program, and that to PATH", async () => {
    const configured = await program("own/stacklint");
    const bundled = await program("extension/server/stacklint");
    const inPath = await program("bin/stacklint");
    const pathVariable = path.dirname(inPath);

    assert.deepEqual(await findBinary(search({ configured, pathVariable })), { path: configured, origin: "setting" });
    assert.deepEqual(await findBinary(search({ pathVariable })), { path: bundled, origin: "bundled" });
    await rm(bundled);
    assert.deepEqual(await findBinary(search({ pathVariable })), { path: inPath, origin: "PATH" });
  });

  it("reads ~, ${workspaceFolder} and relative paths in the setting", async () => {
    const atHome = await program("home/bin/stacklint");
    const inWorkspace = await program("workspace/tools/stacklint");

    assert.equal((await findBinary(search({ configured: "~/bin/stacklint" }))).path, atHome);
    assert.equal((await findBinary(search({ configured: "${workspaceFolder}/tools/stacklint" }))).path, inWorkspace);
    assert.equal((await findBinary(search({ configured: "tools/stacklint" }))).path, inWorkspace);
  });

  it("says so when the setting names nothing, instead of taking another program", async () => {
    await program("extension/server/stacklint");
    await assert.rejects(findBinary(search({ configured: "/nowhere/stacklint" })), failsWith(/stacklint\.server\.path/));
    await assert.rejects(findBinary(search({ configured: folder })), failsWith(/not a file/));
  });

  it("gives the bundled program back its permission to execute", async () => {
    const bundled = await program("extension/server/stacklint", "#!/bin/sh\n", 0o644);
    await findBinary(search());
    assert.equal((await stat(bundled)).mode & 0o777, 0o755);
  });

  it("looks for stacklint.exe on Windows", async () => {
    const bundled = await program("extension/server/stacklint.exe");
    assert.equal((await findBinary(search({ platform: "win32" }))).path, bundled);
  });

  it("passes over relative entries and plain files in PATH", async () => {
    await program("one/stacklint", "text", 0o644);
    const runs = await program("two/stacklint");
    const pathVariable = ["", ".", "bin", path.join(folder, "one"), path.join(folder, "two")].join(":");
    assert.equal((await findBinary(search({ pathVariable }))).path, runs);
  });

  it("says what to do when there is none", async () => {
    await assert.rejects(findBinary(search()), failsWith(/Install stacklint, or name its program/));
    await assert.rejects(findBinary(search({ pathVariable: undefined as never })), failsWith(/Install stacklint/));
  });
});

describe("the version of the server", posix, () => {
  const bundled = (file: string): Binary => ({ path: file, origin: "bundled" });

  it("is what the program says", async () => {
    assert.equal(await version(bundled(await program("stacklint"))), "1.2.3");
  });

  it("is refused by a program that may not be executed", async () => {
    const file = await program("stacklint", "#!/bin/sh\n", 0o644);
    await assert.rejects(version(bundled(file)), failsWith(/permission denied.*Install the extension's build for/));
  });

  it("is refused by a program for another system", async () => {
    const withoutLoader = await program("stacklint", "#!/nowhere/loader\n");
    await assert.rejects(version(bundled(withoutLoader)), failsWith(/loader that it was built for is missing/));
  });

  it("shows what a failing program complains about", async () => {
    const file = await program("stacklint", "#!/bin/sh\necho 'libc too old' >&2\nexit 3\n");
    await assert.rejects(version({ path: file, origin: "PATH" }), failsWith(/libc too old.*Install stacklint anew/));
  });

  it("is refused by a program that hangs", async () => {
    const file = await program("stacklint", "#!/bin/sh\nexec sleep 5\n");
    await assert.rejects(version(bundled(file), 100), failsWith(/does not answer/));
  });

  it("is refused by another program", async () => {
    const file = await program("stacklint", "#!/bin/sh\necho GNU cat 9\n");
    await assert.rejects(version({ path: file, origin: "setting" }), failsWith(/not seem to be stacklint/));
  });
});
