// Transactions by hand: what POST /v1/execute takes, and what it answers.

import { Refusal, adviceOf, ask } from "./api.js";
import { bytesOfJson, shown } from "./bytes.js";
import { byId, element, whileBusy } from "./dom.js";

const examples = {
  "Write and read": { commands: [{ cmd_type: "set", key: "foo", value: "bar" }, { cmd_type: "get", key: "foo" }] },
  Counter: { commands: [{ cmd_type: "incr", key: "visits" }] },
  "Check, then write": { commands: [{ cmd_type: "check", key: "foo", value: "bar" }, { cmd_type: "set", key: "foo", value: "baz" }] },
  Lock: {
    if: [{ cmd_type: "check", key: "lock", exists: false }],
    then: [{ cmd_type: "set", key: "lock", value: "me", ttl_ms: 30000 }],
    else: [{ cmd_type: "entry", key: "lock" }],
  },
  Scan: { commands: [{ cmd_type: "scan", prefix: "", limit: 10 }, { cmd_type: "count", prefix: "" }] },
};

const written = (document) => JSON.stringify(document, null, 2).replace(/\{\n\s+("cmd_type"[^{}]*?)\n\s+\}/g, (_, inner) => "{ " + inner.replace(/\n\s+/g, " ") + " }");

/** The commands in the order of the results, as far as it is known. */
function commandsOf(request, answer) {
  if (!("if" in request)) return request.commands ?? [];
  return (answer.succeeded ? request.then : request.else) ?? [];
}

function isBytes(value) {
  return typeof value === "string" || (value !== null && typeof value === "object" && typeof value.base64 === "string");
}

function resultText(result) {
  if (isBytes(result)) return shown(bytesOfJson(result));
  return JSON.stringify(result, null, 2);
}

function resultRow(result, at, commands) {
  const command = commands[at];
  const name = command ? `${String(command.cmd_type).toLowerCase()} ${command.key ?? command.prefix ?? ""}` : "";
  const text = resultText(result);
  const value = text.includes("\n") ? element("pre", {}, text) : element("span", { class: "bytes" }, text);
  return element("tr", {}, element("td", { class: "index" }, String(at)), element("td", { class: "bytes" }, name), element("td", {}, value));
}

function raw(document) {
  return element("details", {}, element("summary", {}, "JSON"), element("pre", {}, JSON.stringify(document, null, 2)));
}

function showResults(request, answer, version, dry) {
  const head = (text, kind = "") => element("th", { scope: "col", class: kind }, text);
  const commands = commandsOf(request, answer);
  const facts = [dry ? "Dry run: nothing was changed." : "Done.", `Version ${version}.`];
  if ("succeeded" in answer) facts.push(answer.succeeded ? "Every check held: then ran." : "A check did not hold: else ran.");
  const table = element("table", {}, element("thead", {}, element("tr", {}, head("#", "index"), head("Command"), head("Result"))));
  table.append(element("tbody", {}, ...answer.results.map((result, at) => resultRow(result, at, commands))));
  byId("transaction-answer").replaceChildren(
    element("p", { class: "status good" }, facts.join(" ")),
    answer.results.length > 0 ? element("div", { class: "scroll" }, table) : element("p", { class: "empty" }, "No results: no commands ran."),
    raw(answer),
  );
}

function failedCheck(one) {
  const actual = one.actual === null ? "is absent" : `is ${resultText(one.actual.value)} at version ${one.actual.version ?? "of this transaction"}`;
  const where = one.branch ? `${one.branch}, command ${one.command}` : `Command ${one.command}`;
  return element("li", {}, `${where}: `, element("span", { class: "bytes" }, shown(bytesOfJson(one.key))), ` should have ${JSON.stringify(one.expected)}, but ${actual}.`);
}

function showRefusal(error) {
  const facts = [error.status ? `Status ${error.status}` : ""];
  if (error.code) facts.push(error.code);
  if (error.body?.command !== undefined) facts.push((error.body.branch ? error.body.branch + ", " : "") + `command ${error.body.command}`);
  const parts = [element("p", { class: "status bad" }, adviceOf(error)), element("p", { class: "muted" }, facts.filter(Boolean).join(" · ") + ". Nothing happened.")];
  if (error.body?.failed) parts.push(element("ul", {}, ...error.body.failed.map(failedCheck)));
  if (error.body) parts.push(raw(error.body));
  byId("transaction-answer").replaceChildren(...parts);
}

async function run() {
  const text = byId("transaction").value;
  let request;
  try {
    request = JSON.parse(text);
  } catch (error) {
    byId("transaction-answer").replaceChildren(element("p", { class: "status bad" }, "This is no JSON: " + error.message));
    return;
  }
  const dry = byId("transaction-dry").checked;
  try {
    const response = await ask("POST", "/v1/execute" + (dry ? "?dry_run=true" : ""), { body: text, headers: { "Content-Type": "application/json" } });
    showResults(request, await response.json(), response.headers.get("Memstore-Version"), dry || request.dry_run === true);
  } catch (error) {
    if (error instanceof Refusal || error.status === 0) showRefusal(error);
    else throw error;
  }
}

export function setUp() {
  const choice = byId("transaction-example");
  choice.replaceChildren(...Object.keys(examples).map((name) => element("option", {}, name)));
  const show = () => (byId("transaction").value = written(examples[choice.value]));
  choice.addEventListener("change", show);
  show();
  const form = byId("transaction-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(form, run);
  });
  byId("transaction").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
