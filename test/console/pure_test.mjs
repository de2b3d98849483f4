// What needs no page: bytes and how they are written, metrics, events.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as bytes from "../../lib/console/web/bytes.js";
import { parseMetrics, quantile, totals } from "../../lib/console/web/metrics.js";
import { EventParser } from "../../lib/console/web/sse.js";

test("any bytes survive being shown and typed, and any way they are sent", () => {
  for (let round = 0; round < 2000; ++round) {
    const some = Uint8Array.from({ length: Math.floor(Math.random() * 12) }, () => Math.floor(Math.random() * (round % 2 ? 256 : 128)));
    assert.deepEqual(bytes.bytesTyped(bytes.shown(some)), some);
    assert.deepEqual(bytes.bytesOfBase64(bytes.base64Of(some)), some);
    const percent = bytes.percentEncoded(some).replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    assert.deepEqual(Uint8Array.from(percent, (one) => one.charCodeAt(0)), some);
  }
  assert.equal(bytes.shown(new TextEncoder().encode("größe ☃")), "größe ☃");
  assert.equal(bytes.shown(Uint8Array.of(0x61, 0xff, 0x5c)), "a\\xFF\\\\");
  assert.equal(bytes.shown(new TextEncoder().encode("\u202eabc")), "\\xE2\\x80\\xAEabc");
  assert.throws(() => bytes.bytesTyped("\\q"));
  assert.deepEqual(bytes.bytesOfJson({ base64: "/wA=" }), Uint8Array.of(0xff, 0));
});

test("metrics are read, and quantiles are of what came between two looks", () => {
  const text = (fast, slow) => `# HELP x y
memstore_http_requests_total{route="/v1/execute",code="200"} ${fast + slow}
memstore_http_requests_total{route="/v1/keys/\\"{key}",code="404"} 0
memstore_http_request_duration_seconds_bucket{route="/v1/execute",le="0.001"} ${fast}
memstore_http_request_duration_seconds_bucket{route="/v1/execute",le="0.1"} ${fast + slow}
memstore_http_request_duration_seconds_bucket{route="/v1/execute",le="+Inf"} ${fast + slow}
`;
  assert.equal(parseMetrics(text(1, 1))[1].labels.route, '/v1/keys/\\"{key}');
  const before = totals(text(1000, 1000));
  const after = totals(text(1090, 1010));
  assert.equal(after.requests - before.requests, 100);
  assert.ok(Math.abs(quantile(before, after, 0.45) - 0.0005) < 1e-9);
  assert.ok(quantile(before, after, 0.99) > 0.08 && quantile(before, after, 0.99) <= 0.1);
  assert.ok(Number.isNaN(quantile(before, before, 0.5)));
});

test("events are whole however they are cut", () => {
  const text = 'retry: 5\nid: 1\n\nid: 2\nevent: commit\ndata: {"a":1}\n\n: note\nevent: progress\r\ndata: {}\r\n\r\n';
  for (let at = 0; at <= text.length; ++at) {
    const told = [];
    const parser = new EventParser((event) => told.push(event));
    parser.feed(text.slice(0, at));
    parser.feed(text.slice(at));
    assert.deepEqual(told, [{ kind: "commit", data: '{"a":1}' }, { kind: "progress", data: "{}" }], `cut at ${at}`);
    assert.equal(parser.lastId, "2");
    assert.equal(parser.retry, 5);
  }
});
