import assert from "node:assert/strict";
import { test } from "node:test";
import { openConsole, screenshot, serve, textOf, until, untilText } from "./support.mjs";

const rows = (page) => page.locator("#keys-list tr");
const open = (page, name) => page.locator("#keys-list button", { hasText: name }).first().click();
const set = (key, value, more) => ({ cmd_type: "set", key, value, ...more });

async function search(page, prefix) {
  await page.fill("#keys-prefix", prefix);
  await page.click("#keys-form button[type=submit]");
}

test("an empty store says so", async (t) => {
  const page = await openConsole(t, (await serve(t)).url, { panel: "keys" });
  await untilText(page, "#keys-status", /The store is empty/);
  await search(page, "nothing");
  await untilText(page, "#keys-status", /No key begins so/);
});

test("keys are found by prefix, a page at a time", async (t) => {
  const server = await serve(t);
  await server.execute(...Array.from({ length: 120 }, (_, at) => set(`user/${String(at).padStart(3, "0")}`, "v" + at)), set("other", "x"));
  const page = await openConsole(t, server.url, { panel: "keys" });
  await search(page, "user/");
  await until("a page", async () => (await rows(page).count()) === 50);
  assert.match(await textOf(page, "#keys-list tr:first-child"), /user\/000\s+v0\s+\d+/);
  await page.click("#keys-next");
  await untilText(page, "#keys-list", /user\/050/);
  await page.click("#keys-next");
  await untilText(page, "#keys-list", /user\/119/);
  assert.equal(await rows(page).count(), 20);
  assert.ok(await page.locator("#keys-next").isDisabled());
  await page.click("#keys-previous");
  await page.click("#keys-previous");
  await untilText(page, "#keys-list", /user\/000/);
  await page.selectOption("#keys-limit", "100");
  await until("a longer page", async () => (await rows(page).count()) === 100);
});

test("a value is written and removed as the version that was read", async (t) => {
  const server = await serve(t);
  await server.execute(set("config", "on", { ttl_ms: 3_600_000 }));
  const page = await openConsole(t, server.url, { panel: "keys" });
  await open(page, "config");
  await untilText(page, "#key-facts", /Version\s+2[\s\S]*2 bytes[\s\S]*in 59 min/);
  assert.equal(await page.inputValue("#key-value"), "on");
  await page.fill("#key-value", "off");
  await page.fill("#key-ttl", "");
  await page.click("#key-save");
  await untilText(page, "#key-status", /Saved/);
  await untilText(page, "#key-facts", /Expires\s+never/);
  assert.deepEqual(await server.execute({ cmd_type: "get", key: "config" }), ["off"]);

  await server.execute(set("config", "changed"));
  await page.fill("#key-value", "mine");
  await page.click("#key-save");
  await untilText(page, "#key-status", /changed meanwhile and is at version \d+ now\. Nothing was written/);
  await page.click("#key-delete");
  await untilText(page, "#key-status", /changed meanwhile/);
  assert.deepEqual(await server.execute({ cmd_type: "get", key: "config" }), ["changed"]);
  await page.click("#key-reload");
  await until("the new value", async () => (await page.inputValue("#key-value")) === "changed");
  await page.click("#key-delete");
  await untilText(page, "#keys-status", /Removed config/);
  assert.deepEqual(await server.execute({ cmd_type: "get", key: "config" }), [null]);
});

test("a value that is too long to be edited stays what it is", async (t) => {
  const server = await serve(t);
  assert.equal((await server.ask("PUT", "/v1/keys/long", "v".repeat(1_100_000))).status, 201);
  const page = await openConsole(t, server.url, { panel: "keys" });
  await open(page, "long");
  await untilText(page, "#key-status", /too long to be edited/);
  await page.click("#key-reload");
  await until("its end", async () => (await page.locator("#key-form[aria-busy]").count()) === 0);
  assert.ok(await page.locator("#key-save").isDisabled());
  assert.match(await textOf(page, "#key-status"), /too long to be edited/);
});

test("an answer that comes late is not shown as another key's value", async (t) => {
  const server = await serve(t);
  await server.execute(set("slow", "S"), set("quick", "Q"));
  const page = await openConsole(t, server.url, { panel: "keys" });
  let answer;
  const asked = new Promise((resolve) => page.route("**/v1/keys/slow", (route) => resolve((answer = () => route.continue()))));
  await open(page, "slow");
  await asked;
  assert.ok(await page.locator("#key-save").isDisabled());
  await open(page, "quick");
  await until("its value", async () => (await page.inputValue("#key-value")) === "Q");
  const answered = page.waitForResponse("**/v1/keys/slow");
  await answer();
  await (await answered).finished();
  await page.click("#key-save");
  await untilText(page, "#key-status", /Saved/);
  assert.deepEqual(await server.execute({ cmd_type: "get", key: "slow" }, { cmd_type: "get", key: "quick" }), ["S", "Q"]);
});

test("a new key never replaces one", async (t) => {
  const server = await serve(t);
  await server.execute(set("there", "old"));
  const page = await openConsole(t, server.url, { panel: "keys" });
  for (const [name, said] of [["there", /such a key already/], ["new one/ä", /Saved/]]) {
    await page.click("#keys-new");
    await page.fill("#key-name", name);
    await page.fill("#key-value", "line 1\nline 2");
    await page.click("#key-save");
    await untilText(page, "#key-status", said);
  }
  assert.deepEqual(await server.execute({ cmd_type: "get", key: "there" }, { cmd_type: "get", key: "new one/ä" }), ["old", "line 1\nline 2"]);
});

test("keys and values that are no text can be read, found and written", async (t) => {
  const server = await serve(t);
  assert.equal((await server.ask("PUT", "/v1/keys/b%FF%00%5C", Uint8Array.of(0, 255))).status, 201);
  const page = await openConsole(t, server.url, { panel: "keys" });
  await search(page, "b\\xFF");
  await untilText(page, "#keys-list", /b\\xFF\\x00\\\\/);
  await open(page, "b\\xFF");
  await until("base64", async () => (await page.inputValue("#key-value")) === "AP8=");
  assert.equal(await page.inputValue("#key-mode"), "base64");
  await page.selectOption("#key-mode", "text");
  await untilText(page, "#key-status", /no text/);
  await page.fill("#key-value", "/w==");
  await page.click("#key-save");
  await untilText(page, "#key-status", /Saved/);
  const stored = await server.ask("GET", "/v1/keys/b%FF%00%5C");
  assert.deepEqual(new Uint8Array(await stored.arrayBuffer()), Uint8Array.of(255));
  await search(page, "\\x");
  await untilText(page, "#keys-status", /backslash/);
});

const hostile = ['<img src=x onerror="alert(1)">', "<script>alert(1)</script>", '"><svg onload=alert(1)>', "javascript:alert(1)", "&lt;b&gt;", "\u202eevil"];

test("hostile keys and values are text everywhere", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url, { panel: "watch" });
  await page.selectOption("#watch-from", "0");
  await page.click("#watch-start");
  await untilText(page, "#watch-status", /Watching/);
  await server.execute(...hostile.map((one) => set(one, one)));
  await untilText(page, "#watch-events", /onerror/);
  await screenshot(page, "watch-hostile");
  await page.click(".tabs a[href='#keys']");
  await until("all of them", async () => (await rows(page).count()) === hostile.length);
  for (const one of hostile.slice(0, 3)) {
    await open(page, one);
    await untilText(page, "#key-title", /</);
    await until("the value", async () => (await page.inputValue("#key-value")) === one);
  }
  await screenshot(page, "keys-hostile");
  await page.click(".tabs a[href='#transactions']");
  await page.fill("#transaction", JSON.stringify({ commands: [{ cmd_type: "get", key: hostile[0] }, { cmd_type: "scan", prefix: "" }] }));
  await page.click("#transaction-run");
  await untilText(page, "#transaction-answer", /onerror/);
  await page.fill("#transaction", JSON.stringify({ commands: [{ cmd_type: "check", key: hostile[0], value: "<b>" }] }));
  await page.click("#transaction-run");
  await untilText(page, "#transaction-answer", /should have/);
  assert.equal(await page.locator("main img, main script, main svg, main b").count(), 0);
});
