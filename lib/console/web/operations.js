// What steers the server: checkpoints, and who has which partitions.

import { adviceOf, askJson } from "./api.js";
import { byId, count, counted, duration, element, size, whileBusy } from "./dom.js";

const answersMax = 20;

function addAnswer(title, text, kind, document) {
  const list = byId("operation-answers");
  list.querySelector(".empty")?.remove();
  const time = new Date().toLocaleTimeString("en-GB");
  const made = element("div", { class: "answer" }, element("h3", { class: kind }, `${title}, ${time}`), element("p", {}, text));
  if (document) made.append(element("details", {}, element("summary", {}, "JSON"), element("pre", {}, JSON.stringify(document, null, 2))));
  list.prepend(made);
  while (list.children.length > answersMax) list.lastElementChild.remove();
}

function changeText(done) {
  const nodes = done.nodes === done.nodes_before ? `${counted(done.nodes, "node")}, as before.` : `${counted(done.nodes, "node")} in place of ${count(done.nodes_before)}.`;
  const moved = done.moved.length === 0 ? "No partition had to move." : `${counted(done.moved.length, "partition")} moved in ${duration(done.duration_us / 1e6)}; transactions waited ${duration(done.longest_pause_us / 1e6)} at most.`;
  return `${nodes} ${moved} The heaviest node bore ${done.balance_before.heaviest.toFixed(2)} times the average, and now bears ${done.balance_after.heaviest.toFixed(2)}.`;
}

const checkpointText = (made) => `Version ${made.version}: ${counted(made.entries, "key")}, ${size(made.bytes)}, in ${duration(made.duration_ms / 1000)}.`;

function explain(error) {
  return error.status === 404 ? "This store has no journal (journal.enable), so there is nothing to write a checkpoint to." : adviceOf(error);
}

async function perform(form, title, request, textOf) {
  await whileBusy(form, async () => {
    try {
      const done = await askJson(...request);
      addAnswer(title, textOf(done), "", done);
    } catch (error) {
      addAnswer(title, explain(error), "bad", error.body);
    }
  });
}

function wantedNodes() {
  const text = byId("resize-nodes").value.trim();
  return /^\d+$/.test(text) ? Number(text) : text;
}

export function setUp() {
  const onSubmit = (id, action) =>
    byId(id).addEventListener("submit", (event) => {
      event.preventDefault();
      action(byId(id));
    });
  onSubmit("checkpoint-form", (form) => perform(form, "Checkpoint", ["POST", "/v1/checkpoint"], checkpointText));
  onSubmit("rebalance-form", (form) => perform(form, "Rebalance", ["POST", "/v1/cluster/rebalance"], changeText));
  onSubmit("resize-form", (form) => perform(form, "Resize", ["PATCH", "/v1/cluster", { body: JSON.stringify({ nodes: wantedNodes() }) }], changeText));
  addEventListener("memstore-cluster", ({ detail }) => {
    byId("advice").textContent = `Changes how many nodes share the keys: ${count(detail.nodes)} now, ${count(detail.advice.nodes)} advised.`;
  });
}
