// Makes a VSIX with the server inside: npm run package [-- --target linux-x64] [-- --binary FILE]
//
// Without --binary it is the release build of this repository, built when there is none. A VSIX is for one platform;
// VS Code installs one of another platform without a word, so the target is always given.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const extension = fileURLToPath(new URL("..", import.meta.url));
const repository = path.resolve(extension, "../..");

const { values } = parseArgs({
  options: {
    target: { type: "string", default: `${process.platform}-${process.arch}` },
    binary: { type: "string" },
  },
});
const program = values.target.startsWith("win32-") ? "stacklint.exe" : "stacklint";

const binary = values.binary === undefined ? releaseBuild() : path.resolve(values.binary);
if (!existsSync(binary)) {
  fail(`There is no program at ${binary}.`);
}
const server = path.join(extension, "server");
rmSync(server, { recursive: true, force: true });
mkdirSync(server);
copyFileSync(binary, path.join(server, program));
// The modes of the files survive in the VSIX.
chmodSync(path.join(server, program), 0o755);

for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  copyFileSync(path.join(repository, licence), path.join(extension, licence));
}

run(process.execPath, [
  path.join(extension, "node_modules/@vscode/vsce/vsce"),
  ...["package", "--target", values.target, "--no-dependencies"],
  // Relative links of the README lead to the repository.
  ...["--githubBranch", "main"],
]);

function releaseBuild() {
  const target = process.env.CARGO_TARGET_DIR ?? path.join(repository, "target");
  const built = path.join(target, "release", program);
  if (!existsSync(built)) {
    if (values.target !== `${process.platform}-${process.arch}`) {
      fail(`Name the program for ${values.target} with --binary.`);
    }
    run("cargo", ["build", "--release", "--locked", "--package", "stacklint"], repository);
  }
  return built;
}

function run(command, args, cwd = extension) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) {
    fail(`${command} failed${error ? `: ${error.message}` : ""}.`);
  }
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
