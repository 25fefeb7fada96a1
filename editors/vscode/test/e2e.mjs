// Installs the VSIX in a real VS Code (code-server, driven through Debian's chromium), opens a template and a CDK program
// with mistakes, applies quick fixes and leaves screenshots. README.md says how to run it.
//
//   E2E_TOOLS        a folder whose node_modules has code-server and playwright-core
//   E2E_SCREENSHOTS  where the pictures go; default: test/screenshots
//   CHROMIUM         the browser; default: /usr/bin/chromium
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const TIMEOUT = 30_000;

const extension = fileURLToPath(new URL("..", import.meta.url));
const repository = path.resolve(extension, "../..");
const tools = process.env.E2E_TOOLS;
assert.ok(tools, "E2E_TOOLS names the folder where code-server and playwright-core are installed");
const { chromium } = createRequire(path.join(tools, "package.json"))("playwright-core");

const screenshots = path.resolve(process.env.E2E_SCREENSHOTS ?? path.join(extension, "test/screenshots"));
mkdirSync(screenshots, { recursive: true });
const home = mkdtempSync(path.join(os.tmpdir(), "stacklint-e2e-"));
const workspace = path.join(home, "shop");
const userData = path.join(home, "data");
const port = await freePort();

try {
  prepare();
  const code = spawn(process.execPath, [codeServer(), ...folders(), ...serverFlags()], { stdio: "ignore" });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
  try {
    await untilReachable();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 });
    page.setDefaultTimeout(TIMEOUT);
    try {
      await portrait(page);
      await missingServer(page);
      await template(page);
      await program(page);
    } catch (error) {
      await picture(page, "failure");
      throw error;
    }
  } finally {
    await browser.close();
    code.kill();
  }
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
console.log("The extension works in VS Code.");

/** The picture of the README: a piece of the template with its findings, and the fixes that are offered for one. */
async function portrait(page) {
  const full = page.viewportSize();
  await page.setViewportSize({ width: 1000, height: 560 });
  await open(page, "website.yaml");
  await command(page, "View: Toggle Primary Side Bar Visibility");
  await command(page, "Problems: Focus on Problems View");
  await page.locator(".markers-panel .monaco-list-row", { hasText: "stacklint" }).first().waitFor();
  await command(page, "View: Hide Panel");
  await quickInput(page, ":151:1");
  await quickInput(page, ":133:5");
  await offers(page);
  await page.locator(".part.editor").screenshot({ path: path.join(screenshots, "readme.png") });
  await page.keyboard.press("Escape");
  await command(page, "View: Toggle Primary Side Bar Visibility");
  await page.setViewportSize(full);
}

/** A setting that names no program is reported in words, and mending it starts the server. */
async function missingServer(page) {
  setUp({ "stacklint.server.path": "/nowhere/stacklint" });
  await page.locator(".notification-toast", { hasText: "server.path names /nowhere/stacklint" }).waitFor();
  await picture(page, "missing-server");
  setUp({});
  await command(page, "stacklint: Show version/status");
  await page.locator(".notification-toast", { hasText: /stacklint [0-9.]+ is running/ }).waitFor();
  await command(page, "Notifications: Clear All Notifications");
  console.log("A missing server is reported, and started when the setting is mended.");
}

async function template(page) {
  const file = "website.yaml";
  await open(page, file);
  await findings(page, file);
  await picture(page, "yaml");

  await mend(page, file, "undefined-reference", "!GetAtt OrdersRole.Arn");
  await mend(page, file, "s3-bucket-public-access-block-incomplete", "BlockPublicPolicy: true");
}

async function program(page) {
  const file = "lib/orders-stack.ts";
  await open(page, file);
  await findings(page, file);
  await picture(page, "ts");

  await mend(page, file, "kms-key-rotation-disabled", "enableKeyRotation: true");
  await mend(page, file, "dynamodb-table-without-pitr", "pointInTimeRecovery");
}

/** Opens a file. */
async function open(page, file) {
  const address = new URL(`http://127.0.0.1:${port}/`);
  address.searchParams.set("folder", workspace);
  address.searchParams.set(
    "payload",
    JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${port}${path.join(workspace, file)}`]]),
  );
  await page.goto(address.href);
  await page.locator(".monaco-editor .view-line").first().waitFor();
}

/** Prints what *Problems* lists. */
async function findings(page, file) {
  await command(page, "Problems: Focus on Problems View");
  const rows = page.locator(".markers-panel .monaco-list-row");
  await rows.filter({ hasText: "stacklint" }).first().waitFor();
  const texts = await rows.evaluateAll((all) => all.map((row) => row.innerText.replace(/\s+/g, " ").trim()));
  console.log(`${file}:`);
  for (const text of texts) {
    console.log(`  ${text}`);
  }
  assert.ok(texts.some((text) => text.includes("stacklint")), "Problems lists findings of stacklint");
  await command(page, "View: Hide Panel");
}

/** Takes the first quick fix of the finding of `rule` and waits until file and screen show it. */
async function mend(page, file, rule, result) {
  const saved = () => readFileSync(path.join(workspace, file), "utf8");
  assert.ok(!saved().includes(result), `${file} does not say ${result} yet`);
  await command(page, "Problems: Focus on Problems View");
  const row = await page.locator(".markers-panel .monaco-list-row", { hasText: rule }).first().innerText();
  const [, line, column] = /Ln (\d+), Col (\d+)/.exec(row);
  await command(page, "View: Hide Panel");
  await quickInput(page, `:${line}:${column}`);
  await page.waitForTimeout(500);
  const before = await squiggles(page);

  const titles = await offers(page);
  console.log(`  ${rule} offers: ${titles.join(" | ")}`);
  assert.ok(titles.length > 0 && !titles[0].startsWith("Allow"), "the first action mends the finding");
  await picture(page, `${rule}-quick-fix`);

  const start = Date.now();
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    (count) => document.querySelectorAll(".squiggly-warning, .squiggly-error, .squiggly-info").length < count,
    before,
    { polling: 10 },
  );
  console.log(`  the finding is gone from the screen after ${Date.now() - start} ms`);
  await page.waitForTimeout(300);
  await picture(page, `${rule}-fixed`);

  await page.keyboard.press("Control+S");
  for (const asked = Date.now(); !saved().includes(result); ) {
    assert.ok(Date.now() - asked < 10_000, `${file} says ${result}`);
    await page.waitForTimeout(50);
  }
}

/** Opens the menu of quick fixes at the cursor. */
async function offers(page) {
  const actions = page.locator(".action-widget .monaco-list-row.action");
  // VS Code asks all extensions, and says that there are no actions while one of them still starts.
  for (let tries = 0; !(await actions.first().isVisible()) && tries < 20; tries++) {
    await page.keyboard.press("Control+.");
    await page.waitForTimeout(500);
  }
  return (await actions.allInnerTexts()).map((title) => title.trim());
}

function squiggles(page) {
  return page.locator(".squiggly-warning, .squiggly-error, .squiggly-info").count();
}

/** Runs a command by its name. */
function command(page, name) {
  return quickInput(page, `>${name}`, name);
}

/** Gives `text` to the command palette, and waits for the `entry` to choose. */
async function quickInput(page, text, entry) {
  const input = page.locator(".quick-input-widget input").first();
  // A change of focus that is still under way closes the list again.
  for (let tries = 0; !(await input.isVisible()) && tries < 10; tries++) {
    await page.keyboard.press("F1");
    await page.waitForTimeout(300);
  }
  await input.fill(text);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: entry ?? "" }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

async function picture(page, name) {
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

/** A workspace, settings, and the installed VSIX. */
function prepare() {
  const examples = path.join(repository, "tests/examples");
  cpSync(path.join(examples, "cdk-shop"), workspace, { recursive: true });
  cpSync(path.join(examples, "website.yaml"), path.join(workspace, "website.yaml"));
  setUp({});

  const vsix = readdirSync(extension).filter((name) => name.endsWith(".vsix"));
  assert.equal(vsix.length, 1, "`npm run package` has left one VSIX");
  execFileSync(process.execPath, [codeServer(), ...folders(), "--install-extension", path.join(extension, vsix[0])], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Writes the user's settings, quiet ones for the pictures, and those of the machine. */
function setUp(machine) {
  const settings = {
    "workbench.startupEditor": "none",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.tips.enabled": false,
    "editor.minimap.enabled": false,
    "editor.fontSize": 14,
    "editor.stickyScroll.enabled": false,
    "security.workspace.trust.enabled": false,
    "telemetry.telemetryLevel": "off",
    "extensions.ignoreRecommendations": true,
    "git.enabled": false,
    // The libraries are not installed, and what TypeScript says of that is no business of this test.
    "typescript.validate.enable": false,
    "typescript.suggestionActions.enabled": false,
  };
  // A program to run is a setting of the machine, which the user's file cannot give for a remote one.
  for (const [folder, values] of Object.entries({ User: settings, Machine: machine })) {
    mkdirSync(path.join(userData, folder), { recursive: true });
    writeFileSync(path.join(userData, folder, "settings.json"), JSON.stringify(values));
  }
}

function codeServer() {
  return path.join(tools, "node_modules/code-server/out/node/entry.js");
}

function folders() {
  return ["--user-data-dir", userData, "--extensions-dir", path.join(home, "extensions"), "--config", path.join(home, "config.yaml")];
}

function serverFlags() {
  return [
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"],
    ...["--disable-workspace-trust", "--disable-getting-started-override", workspace],
  ];
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}

async function untilReachable() {
  for (const start = Date.now(); Date.now() - start < TIMEOUT; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("code-server does not answer");
}
