// What is committed under a prefix, as it is.

import { Refusal, adviceOf, ask } from "./api.js";
import { bytesOfJson, bytesTyped, percentEncoded, shown } from "./bytes.js";
import { byId, count, counted, element, say } from "./dom.js";
import { EventParser } from "./sse.js";

const eventsMax = 300;
const changesMax = 50;
const previewBytes = 500;

let running = null; // its AbortController
let shownEvents = 0;

function changeItem(change) {
  const key = element("span", { class: "bytes" }, shown(bytesOfJson(change.key)));
  if (change.value === null) return element("li", {}, key, " ", element("span", { class: "gone" }, change.cause ? change.cause : "removed"));
  const value = bytesOfJson(change.value);
  return element("li", {}, key, " = ", shown(value.subarray(0, previewBytes)) + (value.length > previewBytes ? "…" : ""));
}

function add(kind, data) {
  const changes = data.changes ?? [];
  const items = changes.slice(0, changesMax).map(changeItem);
  if (changes.length > changesMax) items.push(element("li", { class: "muted" }, `and ${count(changes.length - changesMax)} more`));
  const time = new Date().toLocaleTimeString("en-GB");
  const list = byId("watch-events");
  list.prepend(element("li", {}, element("header", {}, element("span", { class: "kind" }, kind), element("span", {}, "version " + data.version), element("span", {}, time)), element("ul", {}, ...items)));
  while (list.children.length > eventsMax) list.lastElementChild.remove();
  shownEvents += 1;
}

function take({ kind, data }) {
  const document = JSON.parse(data);
  if (kind === "progress") {
    say(byId("watch-status"), `Watching. Nothing new up to version ${document.version}.`, "good");
    return;
  }
  add(kind, document);
  say(byId("watch-status"), `Watching. ${counted(shownEvents, "event")} so far.`, "good");
}

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** One stream, from its request to its end. */
async function follow(path, parser, signal) {
  const headers = parser.lastId === null ? {} : { "Last-Event-ID": parser.lastId };
  const response = await ask("GET", path, { headers, signal });
  say(byId("watch-status"), `Watching from behind version ${response.headers.get("Memstore-Version")}.`, "good");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
  }
}

function explain(error) {
  if (!(error instanceof Refusal) || error.status !== 410) return adviceOf(error);
  return `${error.message} It can go on from ${error.body.oldest} to ${error.body.latest}; or choose "what is there".`;
}

/** Streams end, as when the server restarts: then the next goes on behind the last event. */
async function run(path, control) {
  const parser = new EventParser(take);
  while (!control.signal.aborted) {
    const begun = new EventParser(take);
    begun.lastId = parser.lastId;
    begun.retry = parser.retry;
    try {
      await follow(path, begun, control.signal);
    } catch (error) {
      if (control.signal.aborted) break;
      if (error instanceof Refusal && error.status !== 503) {
        say(byId("watch-status"), explain(error), "bad");
        return stop(control);
      }
    }
    if (control.signal.aborted) break;
    parser.lastId = begun.lastId;
    parser.retry = begun.retry;
    say(byId("watch-status"), `The stream has ended. Going on behind version ${parser.lastId ?? 0} in a moment.`);
    await pause(parser.retry, control.signal);
  }
}

function stop(control) {
  if (running !== control) return;
  control.abort();
  running = null;
  byId("watch-start").textContent = "Start";
}

function pathWanted() {
  const query = [];
  const prefix = bytesTyped(byId("watch-prefix").value);
  if (prefix.length > 0) query.push("prefix=" + percentEncoded(prefix));
  let from = byId("watch-from").value;
  if (from === "version") {
    from = byId("watch-version").value.trim();
    if (!/^\d+$/.test(from)) throw new Error("A version is a whole number.");
  }
  if (from !== "") query.push("from=" + from);
  return "/v1/watch" + (query.length > 0 ? "?" + query.join("&") : "");
}

function startOrStop() {
  if (running) {
    stop(running);
    say(byId("watch-status"), "Not watching.");
    return;
  }
  try {
    const path = pathWanted();
    running = new AbortController();
    byId("watch-start").textContent = "Stop";
    say(byId("watch-status"), "Connecting.");
    run(path, running);
  } catch (error) {
    say(byId("watch-status"), error.message, "bad");
  }
}

export function setUp() {
  byId("watch-form").addEventListener("submit", (event) => {
    event.preventDefault();
    startOrStop();
  });
  byId("watch-from").addEventListener("change", (event) => (byId("watch-version-field").hidden = event.target.value !== "version"));
  byId("watch-clear").addEventListener("click", () => {
    byId("watch-events").replaceChildren();
    shownEvents = 0;
  });
}
