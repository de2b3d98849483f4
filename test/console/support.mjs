// A memstore, a browser and pages that watch themselves: what every test of the console begins with.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { chromium } from "playwright-core";

export const patience = 60_000;
const [binary, artefacts] = process.argv.slice(2).map((path) => resolve(path));
if (!binary || !artefacts) throw new Error("usage: run.mjs BINARY FOLDER-FOR-SCREENSHOTS");
mkdirSync(artefacts, { recursive: true });

/** Files of the console from a folder instead of the binary, to work on them. */
const files = process.env.MEMSTORE_CONSOLE_FILES;

export async function until(what, holds) {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await holds();
    if (found) return found;
    assert.ok(Date.now() < deadline, "waited in vain for " + what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const environment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MEMSTORE_")));

/** A server on a port of its own, which ends with the test. */
export async function serve(t, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "memstore-console-"));
  const child = spawn(binary, ["-p0", "--port-file=port", "--log.level=warn", ...options], { cwd: folder, env: environment(), stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const portFile = join(folder, "port");
  await until("the port", () => existsSync(portFile) && readFileSync(portFile, "utf8").endsWith("\n"));
  const server = { port: Number(readFileSync(portFile, "utf8")), folder };
  server.url = `http://127.0.0.1:${server.port}`;
  server.ask = (method, path, body, headers) => fetch(server.url + path, { method, body, headers });
  server.execute = async (...commands) => {
    const answer = await server.ask("POST", "/v1/execute", JSON.stringify({ commands }));
    assert.equal(answer.status, 200);
    return (await answer.json()).results;
  };
  await until("a server that is ready", async () => (await fetch(server.url + "/readyz")).ok);
  return server;
}

/** Asks for as long as there is somebody to answer. */
export async function load(server) {
  for (let at = 0; ; ++at) {
    try {
      await server.execute({ cmd_type: "incr", key: "counter/" + (at % 50) }, { cmd_type: "get", key: "config" });
    } catch {
      return;
    }
  }
}

/** A token as `memstore token new` makes it: its secret, and its line for the tokens file. */
export function newToken(name, rights) {
  const lines = spawnSync(binary, ["token", "new", name, rights], { encoding: "utf8" }).stdout.split("\n");
  return { secret: lines.find((line) => line.startsWith("mst_")), line: lines.find((line) => line.startsWith("- ")) };
}

export function writeTokens(folder, ...tokens) {
  const path = join(folder, "tokens.yaml");
  writeFileSync(path, tokens.map(({ line }) => line + "\n").join(""), { mode: 0o600 });
  return path;
}

/** A way to the server that can be cut. */
export async function proxyTo(t, port) {
  const sockets = new Set();
  const proxy = net.createServer((client) => {
    const server = net.connect(port, "127.0.0.1");
    for (const [one, other] of [[client, server], [server, client]]) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => sockets.delete(one) && other.destroy());
      one.pipe(other);
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const cut = () => sockets.forEach((socket) => socket.destroy());
  t.after(() => {
    cut();
    proxy.close();
  });
  return { port: proxy.address().port, url: `http://127.0.0.1:${proxy.address().port}`, cut };
}

let browser = null;

export async function openBrowser() {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export const closeBrowser = () => browser.close();

async function serveFiles(page) {
  await page.route(/\/console/, async (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    const path = join(files, name === "console" ? "page.html" : name);
    if (!existsSync(path)) return route.continue();
    const original = await route.fetch();
    return route.fulfill({ response: original, status: 200, headers: { ...original.headers(), "content-type": typeOf(path) }, body: readFileSync(path) });
  });
}

const typeOf = (path) => ({ html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" })[path.split(".").at(-1)];

/**
 * A page of the console that keeps to its rules: no request to anybody else, no error, no dialog. It is judged when the
 * test ends. An answer of the API that is no success is none of its errors.
 */
export async function openConsole(t, url, { panel = "overview", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [];
  const origin = new URL(url).origin;
  page.on("request", (request) => new URL(request.url()).origin === origin || faults.push("asked " + request.url()));
  page.on("pageerror", (error) => faults.push("threw " + error.stack));
  page.on("dialog", (dialog) => faults.push("opened a dialog: " + dialog.message()) && dialog.dismiss());
  page.on("console", (message) => {
    const ofTheApi = message.text().startsWith("Failed to load resource") && !message.location().url.startsWith(origin + "/console");
    if (["error", "warning"].includes(message.type()) && !ofTheApi) faults.push(`said ${message.text()} at ${message.location().url}`);
  });
  page.setDefaultTimeout(patience);
  if (files) await serveFiles(page);
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, []);
  });
  await page.goto(`${url}/console${panel ? "#" + panel : ""}`);
  await page.waitForSelector(`#${panel || "overview"}:not([hidden])`);
  return page;
}

export const screenshot = (page, name, options = {}) => page.screenshot({ path: join(artefacts, name + ".png"), fullPage: true, ...options });

export const textOf = (page, selector) => page.locator(selector).innerText();

/** Waits until an element's text matches. */
export async function untilText(page, selector, expected) {
  let last = "";
  await until(`${expected} in ${selector}`, async () => {
    last = await textOf(page, selector);
    return expected.test(last);
  }).catch((error) => assert.fail(`${error.message}; it says ${last}`));
}

/** How much wider the page is than its window. */
export const overflow = (page) => page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
