// Nodes, partitions, requests and latency, as they are now and were of late.

import { adviceOf, ask, askJson } from "./api.js";
import { TimeChart, recent } from "./charts.js";
import { byId, count, duration, element, rate, size } from "./dom.js";
import { quantile, totals } from "./metrics.js";

const every = 1000;
const whenRefused = 30_000;
const shares = [0.5, 0.95, 0.99];
const squaresMax = 2000;
const movedFor = 5000;

const seen = { cluster: null, metrics: null, at: 0, metricsAt: 0 };
const movedAt = new Map();
let owners = [];
let rates = [];
let ratesIn = "";
let latencies = [];
let charts = null;
// Who was refused one of them is asked for it again after a while.
const refused = { cluster: { until: 0, by: null }, metrics: { until: 0, by: null } };

function makeCharts() {
  return {
    rate: new TimeChart(byId("rate-chart"), [{ name: "requests/s", colour: "--series-1" }], rate, 10),
    latency: new TimeChart(
      byId("latency-chart"),
      [
        { name: "p50", colour: "--series-1" },
        { name: "p95", colour: "--series-2" },
        { name: "p99", colour: "--series-3" },
      ],
      duration,
      0.001,
    ),
  };
}

function showFigures(cluster, perSecond, unit, p99) {
  const sum = (name) => cluster.node_list.reduce((all, node) => all + node[name], 0);
  const figures = [
    ["Keys", count(sum("keys"))],
    ["Memory", size(sum("bytes"))],
    [unit, perSecond === null ? "–" : rate(perSecond)],
    ["p99", duration(p99)],
    ["In line", count(sum("queue_depth"))],
    ["Nodes", count(cluster.nodes)],
    ["Balance", cluster.balance.heaviest.toFixed(2)],
  ];
  byId("figures").replaceChildren(...figures.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function loadCell(node, heaviest) {
  const filled = element("span");
  filled.style.width = heaviest > 0 ? (100 * node.operations_per_second) / heaviest + "%" : "0";
  return element("td", { class: "load-cell" }, element("div", { class: "load" }, element("span", {}, rate(node.operations_per_second)), element("span", { class: "meter" }, filled)));
}

function showNodes(cluster) {
  const heaviest = Math.max(...cluster.node_list.map((node) => node.operations_per_second));
  const number = (text) => element("td", { class: "n" }, text);
  byId("nodes").replaceChildren(
    ...cluster.node_list.map((node) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, String(node.node)),
        number(count(node.partitions)),
        number(count(node.keys)),
        number(size(node.bytes)),
        loadCell(node, heaviest),
        number(count(node.queue_depth)),
        number(node.waits > 0 ? duration(node.wait_us_mean / 1e6) : "–"),
      ),
    ),
  );
}

function square(one, heaviest, now) {
  const made = element("i", { title: `partition ${one.partition}: ${count(one.keys)} keys, ${size(one.bytes)}, ${rate(one.operations_per_second)} operations/s` });
  made.style.setProperty("--load", heaviest > 0 ? (one.operations_per_second / heaviest).toFixed(2) : "0");
  if (owners.length > 0 && owners[one.partition] !== one.owner) movedAt.set(one.partition, now);
  if (now - (movedAt.get(one.partition) ?? -Infinity) < movedFor) made.className = "moved";
  return made;
}

function showPartitions(cluster) {
  const list = cluster.partition_list;
  if (list.length > squaresMax) {
    byId("partitions").replaceChildren(element("p", { class: "empty" }, `${count(list.length)} partitions are too many to draw.`));
    return;
  }
  const heaviest = Math.max(...list.map((one) => one.operations_per_second));
  const now = performance.now();
  const rows = cluster.node_list.map((node) => {
    const own = list.filter((one) => one.owner === node.node);
    const squares = element("div", { class: "squares", role: "img", "aria-label": `node ${node.node} has ${own.length} partitions` });
    squares.append(...own.map((one) => square(one, heaviest, now)));
    return element("div", { class: "node-row" }, element("span", {}, `Node ${node.node}`), squares);
  });
  owners = list.map((one) => one.owner);
  byId("partitions").replaceChildren(...rows);
}

/** What `fetched` gives, or null where it is refused with one of these statuses. */
async function unlessRefused(source, statuses, fetched) {
  const now = performance.now();
  if (now < source.until) return null;
  try {
    const found = await fetched();
    source.by = null;
    return found;
  } catch (error) {
    if (!statuses.includes(error.status)) throw error;
    source.until = now + whenRefused;
    source.by = error;
    return null;
  }
}

const lookAtCluster = () => unlessRefused(refused.cluster, [403], () => askJson("GET", "/v1/cluster"));

const lookAtMetrics = () =>
  unlessRefused(refused.metrics, [401, 403, 404, 500, 503], async () => {
    const response = await ask("GET", "/metrics");
    return totals(await response.text());
  });

function whyNoLatency() {
  const error = refused.metrics.by;
  if (error === null) return "";
  if (error.status === 404) return "This server has no /metrics.";
  return error.status === 403 ? "The token in use may not read /metrics." : adviceOf(error);
}

/** Since the last look, or null where there was none that can be compared. */
function requestsPerSecond(metrics, now) {
  const before = seen.metrics;
  const taken = (now - seen.metricsAt) / 1000;
  seen.metrics = metrics;
  seen.metricsAt = now;
  if (metrics === null || before === null || metrics.requests < before.requests || taken <= 0) return null;
  return { rate: (metrics.requests - before.requests) / taken, quantiles: shares.map((share) => quantile(before, metrics, share)) };
}

function operationsPerSecond(cluster, now) {
  if (cluster === null) return null;
  const all = cluster.node_list.reduce((sum, node) => sum + node.operations, 0);
  const before = seen.cluster;
  const taken = (now - seen.at) / 1000;
  seen.cluster = all;
  seen.at = now;
  return before === null || all < before || taken <= 0 ? null : (all - before) / taken;
}

function showCharts(measured, fallback, now) {
  const seconds = now / 1000;
  const unit = seen.metrics ? "requests/s" : "operations/s";
  if (unit !== ratesIn) rates = [];
  ratesIn = unit;
  const perSecond = measured?.rate ?? fallback;
  if (perSecond !== null) rates.push({ at: seconds, values: [perSecond] });
  if (measured) latencies.push({ at: seconds, values: measured.quantiles });
  rates = recent(rates, seconds);
  latencies = recent(latencies, seconds);
  charts ??= makeCharts();
  charts.rate.rename([unit]);
  charts.rate.draw(rates, seconds);
  charts.latency.draw(latencies, seconds);
  byId("rate-title").textContent = seen.metrics ? "Requests per second" : "Operations per second";
  byId("rate-note").textContent = perSecond === null ? "" : rate(perSecond) + " now";
  const last = latencies.findLast(({ values }) => values.every(Number.isFinite))?.values;
  byId("latency-note").textContent = last ? shares.map((share, at) => `p${share * 100} ${duration(last[at])}`).join(" · ") : "";
  byId("latency-empty").hidden = seen.metrics !== null;
  byId("latency-empty").textContent = whyNoLatency();
  byId("latency-chart").hidden = seen.metrics === null;
  return { perSecond, p99: last?.[2] ?? NaN };
}

function showTrouble(error) {
  const box = byId("overview-trouble");
  box.hidden = error === null || error.status === 401; // the banner speaks of tokens
  if (!box.hidden) box.textContent = error.status === 403 ? "The token in use may not look at the cluster: that takes the right \"admin\"." : adviceOf(error);
}

async function look() {
  const cluster = await lookAtCluster();
  showTrouble(refused.cluster.by);
  const metrics = await lookAtMetrics();
  if (cluster === null && metrics === null) return;
  const now = performance.now();
  const operations = operationsPerSecond(cluster, now);
  const measured = requestsPerSecond(metrics, now);
  byId("overview-body").hidden = false;
  byId("cluster-cards").hidden = cluster === null;
  byId("figures").hidden = cluster === null;
  const { perSecond, p99 } = showCharts(measured, metrics ? null : operations, now);
  if (cluster === null) return;
  showFigures(cluster, perSecond, metrics ? "Requests/s" : "Operations/s", p99);
  showNodes(cluster);
  showPartitions(cluster);
  dispatchEvent(new CustomEvent("memstore-cluster", { detail: cluster }));
}

let timer = 0;
let looking = false;
let again = false; // somebody wants a look that begins from now on

/** Looks again and again while somebody sees the page; less often where it gets no answer. */
async function poll() {
  clearTimeout(timer);
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  again = false;
  let pause = every;
  try {
    if (!document.hidden) await look();
  } catch (error) {
    showTrouble(error);
    pause = error.status === 401 ? whenRefused : 3 * every;
  }
  looking = false;
  timer = setTimeout(poll, again ? 0 : pause);
}

export function setUp() {
  addEventListener("memstore-token", () => {
    for (const source of Object.values(refused)) source.until = 0;
    poll();
  });
  document.addEventListener("visibilitychange", () => document.hidden || poll());
  poll();
}

