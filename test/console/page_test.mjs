// The page as a whole: who may open it, how it looks, how it is used without a mouse.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { load, newToken, openConsole, overflow, screenshot, serve, textOf, until, untilText, writeTokens } from "./support.mjs";

const panels = ["overview", "keys", "transactions", "watch", "operations"];
const set = (key, value, more) => ({ cmd_type: "set", key, value, ...more });

async function fill(server) {
  const long = "k".repeat(300);
  await server.execute(set("config/site", "on"), set("config/motd", "hello, world ".repeat(40)), set(long, long), set("lock", "me", { ttl_ms: 3_600_000 }));
  await server.ask("PUT", "/v1/keys/session%2F%FE%FF", Uint8Array.of(1, 2, 255));
  await server.execute(...Array.from({ length: 30 }, (_, at) => set("user/" + at, JSON.stringify({ name: "user " + at, visits: at }))));
}

/** Every panel with something in it. */
async function use(page, panel) {
  await page.click(`.tabs a[href='#${panel}']`);
  if (panel === "overview") {
    await until("nodes", async () => (await page.locator("#nodes tr").count()) === 4);
    await untilText(page, "#rate-note", /now/);
  }
  if (panel === "keys") {
    await page.locator("#keys-list button", { hasText: "config/motd" }).click();
    await untilText(page, "#key-facts", /Version/);
  }
  if (panel === "transactions") {
    await page.click("#transaction-run");
    await untilText(page, "#transaction-answer", /Done/);
  }
  if (panel === "watch") {
    await page.selectOption("#watch-from", "0");
    await page.click("#watch-start");
    await untilText(page, "#watch-events", /config\/site/);
  }
  if (panel === "operations") {
    await page.click("#rebalance-form button");
    await untilText(page, "#operation-answers", /as before/);
  }
}

for (const colorScheme of ["light", "dark"]) {
  test(`every panel is drawn in ${colorScheme}`, async (t) => {
    const server = await serve(t);
    await fill(server);
    load(server);
    const page = await openConsole(t, server.url, { colorScheme });
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
    assert.equal(ground[0] > 128, colorScheme === "light");
    for (const panel of panels) {
      await use(page, panel);
      assert.ok((await overflow(page)) <= 0, panel);
      await screenshot(page, `${panel}-${colorScheme}`);
    }
  });
}

test("every panel fits a phone", async (t) => {
  const server = await serve(t);
  await fill(server);
  const page = await openConsole(t, server.url, { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 });
  for (const panel of panels) {
    await use(page, panel);
    assert.ok((await overflow(page)) <= 0, panel);
    await screenshot(page, `${panel}-phone`);
  }
  await page.click("#token-summary");
  assert.ok((await overflow(page)) <= 0);
});

test("everything has a name", async (t) => {
  const page = await openConsole(t, (await serve(t)).url);
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("input, select, textarea, button, a, canvas, [role]")]
      .filter((one) => !(one.labels?.length || one.textContent.trim() || one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || ["status", "alert", "search"].includes(one.getAttribute("role"))))
      .map((one) => one.outerHTML),
  );
  assert.deepEqual(nameless, []);
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("section")].map((one) => one.querySelectorAll("h1").length)), panels.map(() => 1));
});

/** Presses Tab until what has the focus fits. */
async function tabTo(page, selector) {
  for (let steps = 0; steps < 60; ++steps) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail("no way to " + selector);
}

test("a key is found, changed and removed without a mouse", async (t) => {
  const server = await serve(t);
  await server.execute(set("config", "on"));
  const page = await openConsole(t, server.url, { panel: "" });
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await tabTo(page, ".tabs a[href='#keys']");
  await page.keyboard.press("Enter");
  await untilText(page, "#keys-list", /config/);
  await tabTo(page, "#keys-prefix");
  await page.keyboard.type("conf");
  await page.keyboard.press("Enter");
  await untilText(page, "#keys-status", /^1 key$/);
  await tabTo(page, "#keys-list button");
  await page.keyboard.press("Enter");
  await untilText(page, "#key-facts", /Version/);
  await tabTo(page, "#key-value");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid", "what has the focus shows it");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("off");
  await tabTo(page, "#key-save");
  await page.keyboard.press("Enter");
  await untilText(page, "#key-status", /Saved/);
  assert.deepEqual(await server.execute({ cmd_type: "get", key: "config" }), ["off"]);
  await tabTo(page, "#key-delete");
  await page.keyboard.press("Enter");
  await untilText(page, "#keys-status", /Removed/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "keys-prefix", "the focus is not lost");
});

async function serveWithTokens(t) {
  const folder = mkdtempSync(join(tmpdir(), "memstore-console-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [admin, reader] = [newToken("admin", "read,write,admin"), newToken("reader", "read")];
  const server = await serve(t, "--auth.tokens-file=" + writeTokens(folder, admin, reader));
  return { server, admin, reader };
}

async function enter(page, secret) {
  if (!(await page.locator("#token").isVisible())) await page.click("#token-summary");
  await page.fill("#token", secret);
  await page.keyboard.press("Enter");
}

test("a token opens the store, for this tab alone", async (t) => {
  const { server, admin } = await serveWithTokens(t);
  const page = await openConsole(t, server.url);
  await untilText(page, "#banner", /wants to know who asks/);
  await screenshot(page, "token-wanted");
  await enter(page, "mst_wrong");
  await untilText(page, "#banner", /not known here/);
  await enter(page, admin.secret);
  await until("nodes", async () => (await page.locator("#nodes tr").count()) === 4);
  assert.ok(await page.locator("#banner").isHidden());
  assert.ok(await page.locator("#token-form").isHidden());
  assert.deepEqual(await page.evaluate(() => [Object.values(sessionStorage), localStorage.length, document.cookie]), [[admin.secret], 0, ""]);
  assert.equal(await page.evaluate((secret) => document.documentElement.outerHTML.includes(secret), admin.secret), false);
  await page.reload();
  await until("nodes", async () => (await page.locator("#nodes tr").count()) === 4);
  await page.click(".tabs a[href='#watch']");
  await page.click("#watch-start");
  await untilText(page, "#watch-status", /Watching/);

  const other = await openConsole(t, server.url);
  await untilText(other, "#banner", /wants to know who asks/);
  await page.click("#token-summary");
  await page.click("#token-forget");
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.click(".tabs a[href='#keys']");
  await untilText(page, "#keys-status", /token/);
});

test("a token that may only read is told what it may not", async (t) => {
  const { server, reader } = await serveWithTokens(t);
  const page = await openConsole(t, server.url);
  await enter(page, reader.secret);
  await untilText(page, "#overview-trouble", /takes the right "admin"/);
  await page.route("**/metrics", (route) => route.fulfill({ contentType: "text/plain", body: 'memstore_http_requests_total{code="200"} 5\n' }));
  await page.reload();
  await untilText(page, "#rate-note", /^0 now$/);
  assert.ok(await page.locator("#nodes").isHidden());
  await page.click(".tabs a[href='#keys']");
  await untilText(page, "#keys-status", /The store is empty/);
  await page.click("#keys-new");
  await page.fill("#key-name", "a");
  await page.click("#key-save");
  await untilText(page, "#key-status", /has no right "write"/);
});

test("it says when the server cannot be reached", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url);
  await untilText(page, "#health", /ready/);
  await page.context().setOffline(true);
  await untilText(page, "#health", /unreachable/);
  await untilText(page, "#overview-trouble", /cannot be reached/);
  await page.context().setOffline(false);
  await until("an end of trouble", () => page.locator("#overview-trouble").isHidden());
  assert.equal(await textOf(page, "#version"), "0.1.0");
});

test("pages of others cannot frame it, nor does it run what is not its own", async (t) => {
  const server = await serve(t);
  const policy = (await server.ask("GET", "/console")).headers.get("Content-Security-Policy");
  for (const part of ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) assert.ok(policy.includes(part), part);
  assert.ok(!/unsafe|data:|\*/.test(policy));
  const html = await (await server.ask("GET", "/console")).text();
  assert.ok(!/<style|style=|<script(?![^>]* src=)|\son\w+=|https?:/.test(html));
});
