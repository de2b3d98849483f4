import assert from "node:assert/strict";
import { test } from "node:test";
import { openConsole, screenshot, serve, untilText } from "./support.mjs";

const press = (page, form) => page.click(`#${form}-form button`);
const newest = "#operation-answers .answer:first-child";

test("checkpoint, rebalance and resize tell what they did", async (t) => {
  const server = await serve(t, "--journal.enable", "--journal.fsync=never");
  await server.execute({ cmd_type: "set", key: "a", value: "1" });
  const page = await openConsole(t, server.url, { panel: "operations" });
  await untilText(page, "#advice", /4 now, \d+ advised/);
  await press(page, "checkpoint");
  await untilText(page, newest, /Checkpoint[\s\S]*Version \d+: 1 key, \d+ B/);
  await press(page, "rebalance");
  await untilText(page, newest, /Rebalance[\s\S]*4 nodes, as before/);
  await page.fill("#resize-nodes", "2");
  await press(page, "resize");
  await untilText(page, newest, /Resize[\s\S]*2 nodes in place of 4\. \d+ partitions moved/);
  await screenshot(page, "operations-done");
  assert.equal((await (await server.ask("GET", "/v1/cluster")).json()).nodes, 2);
});

test("what cannot be is explained", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url, { panel: "operations" });
  await press(page, "checkpoint");
  await untilText(page, newest, /has no journal/);
  await page.fill("#resize-nodes", "many");
  await press(page, "resize");
  await untilText(page, newest, /must be \{"nodes": N\}/);
  await page.route("**/v1/cluster/rebalance", (route) =>
    route.fulfill({ status: 409, contentType: "application/json", body: '{"error":"partitions are being moved already","code":"layout_changing"}' }),
  );
  await press(page, "rebalance");
  await untilText(page, newest, /Partitions are being moved already\. Try again when it is done/);
  await screenshot(page, "operations-refused");
});
