import assert from "node:assert/strict";
import { test } from "node:test";
import { load, openConsole, screenshot, serve, textOf, until, untilText } from "./support.mjs";

/** How many points of a canvas are drawn. */
const drawn = (page, selector) =>
  page.locator(selector).evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
  });

test("nodes, partitions and operations move with the store", async (t) => {
  const server = await serve(t);
  load(server);
  const page = await openConsole(t, server.url);
  await until("four nodes", async () => (await page.locator("#nodes tr").count()) === 4);
  assert.equal(await page.locator("#partitions .squares i").count(), 271);
  await untilText(page, "#rate-note", /^[1-9][0-9,.]* now$/);
  assert.match(await textOf(page, "#rate-title"), /^(Operations|Requests) per second$/);
  assert.ok((await drawn(page, "#rate-chart")) > 100);
  await server.ask("PATCH", "/v1/cluster", '{"nodes":6}');
  await until("six nodes", async () => (await page.locator("#nodes tr").count()) === 6);
  assert.ok((await page.locator("#partitions i.moved").count()) > 0);
  const keys = await page.locator("#figures div", { hasText: "Keys" }).locator("dd").innerText();
  assert.equal(keys, "50");
});

/** Metrics of a server that answers 100 requests more at each look, most of them within a millisecond. */
function metrics(look) {
  const all = look * 100;
  return `memstore_http_requests_total{route="/v1/execute",code="200"} ${all}
memstore_http_request_duration_seconds_bucket{route="/v1/execute",le="0.001"} ${all * 0.9}
memstore_http_request_duration_seconds_bucket{route="/v1/execute",le="0.01"} ${all}
memstore_http_request_duration_seconds_bucket{route="/v1/execute",le="+Inf"} ${all}
`;
}

test("with metrics there are requests and latencies", async (t) => {
  const server = await serve(t);
  const page = await openConsole(t, server.url, { panel: "keys" });
  let looks = 0;
  await page.route("**/metrics", (route) => route.fulfill({ contentType: "text/plain", body: metrics(++looks) }));
  await page.reload();
  await page.goto(server.url + "/console#overview");
  await untilText(page, "#latency-note", /^p50 556 µs · p95 5\.50 ms · p99 9\.10 ms$/);
  assert.equal(await textOf(page, "#rate-title"), "Requests per second");
  await until("a few points", () => looks > 5);
  assert.ok((await drawn(page, "#latency-chart")) > 100);
  await screenshot(page, "overview-metrics");
});

for (const [status, said] of [[404, /has no \/metrics/], [401, /token/i], [403, /may not read \/metrics/]]) {
  test(`where metrics are answered with ${status} it goes without`, async (t) => {
    const server = await serve(t);
    const page = await openConsole(t, server.url, { panel: "keys" });
    await page.route("**/metrics", (route) => route.fulfill({ status, contentType: "application/json", body: '{"error":"no","code":"no"}' }));
    await page.reload();
    await page.goto(server.url + "/console#overview");
    await untilText(page, "#latency-empty", said);
    assert.equal(await textOf(page, "#rate-title"), "Operations per second");
    assert.ok((await page.locator("#nodes tr").count()) === 4);
  });
}
