import assert from "node:assert/strict";
import { test } from "node:test";
import { openConsole, proxyTo, screenshot, serve, textOf, until, untilText } from "./support.mjs";

const set = (key, value, more) => ({ cmd_type: "set", key, value, ...more });
const versions = (page) => page.locator("#watch-events > li header span:nth-child(2)").allInnerTexts();

test("commits under a prefix appear, and only those", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url, { panel: "watch" });
  await page.fill("#watch-prefix", "config/");
  await page.click("#watch-start");
  await untilText(page, "#watch-status", /Watching from behind version/);
  await server.execute(set("config/a", "on"), set("config/b", "hello"));
  await server.execute(set("other", "x"));
  await server.execute({ cmd_type: "del", key: "config/a" });
  await server.execute(set("config/brief", "1", { ttl_ms: 1 }));
  await untilText(page, "#watch-events", /config\/brief expired/);
  const text = await textOf(page, "#watch-events");
  assert.match(text, /config\/a removed[\s\S]*config\/a = on\s+config\/b = hello/);
  assert.ok(!text.includes("other"));
  await screenshot(page, "watch-events");
  await page.click("#watch-start");
  await untilText(page, "#watch-status", /Not watching/);
  await server.execute(set("config/late", "x"));
  await page.click("#watch-clear");
  await page.selectOption("#watch-from", "0");
  await page.click("#watch-start");
  await untilText(page, "#watch-events", /snapshot[\s\S]*config\/late = x/);
});

test("a stream that was cut goes on where it was", async (t) => {
  const server = await serve(t);
  const proxy = await proxyTo(t, server.port);
  const page = await openConsole(t, proxy.url, { panel: "watch" });
  await page.click("#watch-start");
  await untilText(page, "#watch-status", /Watching from behind version/);
  for (let round = 0; round < 3; ++round) {
    await server.execute(set("before", String(round)));
    await untilText(page, "#watch-events", new RegExp(`before = ${round}`));
    proxy.cut();
    await server.execute(set("meanwhile", String(round)));
    await untilText(page, "#watch-events", new RegExp(`meanwhile = ${round}`));
  }
  const seen = (await versions(page)).reverse().map((text) => Number(text.replace("version ", "")));
  assert.equal(seen.length, 6);
  assert.deepEqual(seen, Array.from({ length: 6 }, (_, at) => seen[0] + at), "no gap, no duplicate");
});

test("a version that is not there any more is explained", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url, { panel: "watch" });
  await page.selectOption("#watch-from", "version");
  await page.fill("#watch-version", "99999");
  await page.click("#watch-start");
  await untilText(page, "#watch-status", /It can go on from \d+ to \d+/);
  await until("a stop", async () => (await textOf(page, "#watch-start")) === "Start");
  await page.fill("#watch-version", "x");
  await page.click("#watch-start");
  await untilText(page, "#watch-status", /A version is a whole number/);
});
