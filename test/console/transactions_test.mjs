import assert from "node:assert/strict";
import { test } from "node:test";
import { openConsole, screenshot, serve, textOf, untilText } from "./support.mjs";

async function run(page, request) {
  await page.fill("#transaction", typeof request === "string" ? request : JSON.stringify(request));
  await page.click("#transaction-run");
}

test("a transaction is run, its results readable", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url, { panel: "transactions" });
  await page.click("#transaction-run");
  await untilText(page, "#transaction-answer", /Done\. Version 2\.[\s\S]*set foo\s+bar[\s\S]*get foo\s+bar/);
  await run(page, { commands: [{ cmd_type: "scan", prefix: "" }, { cmd_type: "get", key: "none" }, { cmd_type: "incr", key: "n" }] });
  await untilText(page, "#transaction-answer", /"entries"[\s\S]*null[\s\S]*incr n\s+1/);
  await page.selectOption("#transaction-example", "Lock");
  await page.focus("#transaction");
  await page.keyboard.press("Control+Enter");
  await untilText(page, "#transaction-answer", /then ran[\s\S]*set lock\s+me/);
  await screenshot(page, "transactions-done");
});

test("a dry run changes nothing", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url, { panel: "transactions" });
  await page.check("#transaction-dry");
  await run(page, { commands: [{ cmd_type: "set", key: "a", value: "1" }] });
  await untilText(page, "#transaction-answer", /Dry run: nothing was changed/);
  assert.deepEqual(await server.execute({ cmd_type: "get", key: "a" }), [null]);
});

test("errors say what is wrong and where", async (t) => {
  const server = await serve(t);
  await server.execute({ cmd_type: "set", key: "stock", value: "10" }, { cmd_type: "set", key: "text", value: "abc" });
  const page = await openConsole(t, server.url, { panel: "transactions" });
  await run(page, { commands: [{ cmd_type: "incr", key: "stock", by: -11, min: 0 }] });
  await untilText(page, "#transaction-answer", /Check failed[\s\S]*Status 409 · check_failed[\s\S]*Command 0: stock should have \{"min":0\}, but is 10 at version 2/);
  await screenshot(page, "transactions-conflict");
  await run(page, { commands: [{ cmd_type: "get", key: "a" }, { cmd_type: "set", key: "b", valu: "x" }] });
  await untilText(page, "#transaction-answer", /Unknown member "valu"[\s\S]*bad_argument · command 1/);
  await run(page, { commands: [{ cmd_type: "incr", key: "text" }] });
  await untilText(page, "#transaction-answer", /not a 64-bit integer[\s\S]*422/);
  await run(page, "{");
  await untilText(page, "#transaction-answer", /This is no JSON/);
  assert.ok(!(await textOf(page, "#transaction-answer")).includes("422"));
});
