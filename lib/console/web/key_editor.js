// One key: read whole, written and removed only as the version that was read.

import { Refusal, adviceOf, ask } from "./api.js";
import { base64Of, bytesOfBase64, bytesOfText, bytesTyped, isEditableText, percentEncoded, shown, textOf } from "./bytes.js";
import { byId, counted, element, lifetime, say, size, whileBusy } from "./dom.js";

const editableBytes = 1 << 20;

let key = null; // null: a new one
let tag = null;
let deadline = null;
let ttlRead = "";
let mode = "text";
let changed = () => {};

const path = (bytes) => "/v1/keys/" + percentEncoded(bytes);

function showFacts() {
  const facts = [["Version", tag.replaceAll('"', "")], ["Length", sizeShown]];
  facts.push(["Expires", deadline === null ? "never" : deadline > Date.now() ? "in " + lifetime(deadline - Date.now()) : "now"]);
  byId("key-facts").replaceChildren(...facts.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]));
}

let sizeShown = "";

function showValue(bytes) {
  const editable = bytes.length <= editableBytes;
  mode = isEditableText(bytes) ? "text" : "base64";
  byId("key-mode").value = mode;
  byId("key-value").value = !editable ? "" : mode === "text" ? textOf(bytes) : base64Of(bytes);
  byId("key-value").disabled = !editable;
  byId("key-mode").disabled = !editable;
  byId("key-save").disabled = !editable;
  if (!editable) say(byId("key-status"), `A value of ${size(bytes.length)} is too long to be edited here.`);
}

function prepare(title, isNew) {
  const form = byId("key-form");
  form.hidden = false;
  byId("key-title").textContent = title;
  byId("key-name-field").hidden = !isNew;
  byId("key-facts").hidden = isNew;
  byId("key-reload").hidden = isNew;
  byId("key-delete").hidden = isNew;
  say(byId("key-status"), "");
}

export function closeKey() {
  byId("key-form").hidden = true;
  key = null;
}

export function editNewKey() {
  key = null;
  tag = null;
  showTtl(null);
  prepare("New key", true);
  showValue(new Uint8Array());
  byId("key-name").value = "";
  byId("key-name").focus();
}

export async function editKey(bytes) {
  key = bytes;
  tag = null;
  byId("key-save").disabled = true;
  byId("key-delete").disabled = true;
  prepare(key.length > 0 ? shown(key) : "(the empty key)", false);
  byId("key-title").focus();
  await read();
}

function showTtl(ms) {
  deadline = ms === null ? null : Date.now() + Number(ms);
  ttlRead = ms ?? "";
  byId("key-ttl").value = ttlRead;
}

/** Milliseconds to live: what is left, where they were not changed since they were read. */
function typedTtl() {
  const ttl = byId("key-ttl").value.trim();
  if (deadline !== null && ttl === ttlRead) return String(Math.max(1, deadline - Date.now()));
  if (ttl !== "" && !/^[1-9]\d*$/.test(ttl)) throw new Error("The time to live is a whole number of milliseconds, from 1 on.");
  return ttl;
}

/** Shows what is there, unless another key was chosen before the answer came. */
async function read() {
  const asked = key;
  try {
    const response = await ask("GET", path(asked));
    const value = new Uint8Array(await response.arrayBuffer());
    if (key !== asked) return;
    tag = response.headers.get("ETag");
    showTtl(response.headers.get("Memstore-TTL-Ms"));
    sizeShown = counted(value.length, "byte");
    byId("key-delete").disabled = false;
    say(byId("key-status"), "");
    showValue(value);
    showFacts();
  } catch (error) {
    if (key !== asked) return;
    byId("key-facts").replaceChildren();
    byId("key-save").disabled = true;
    say(byId("key-status"), error.status === 404 ? "It is not there any more." : adviceOf(error), "bad");
  }
}

/** @throws Error for people */
function typedValue() {
  const text = byId("key-value").value;
  if (mode === "text") return bytesOfText(text);
  try {
    return bytesOfBase64(text);
  } catch {
    throw new Error("This is no base64.");
  }
}

function changeMode() {
  const wanted = byId("key-mode").value;
  try {
    const bytes = typedValue();
    if (wanted === "text" && !isEditableText(bytes)) throw new Error("These bytes are no text that could be edited.");
    byId("key-value").value = wanted === "text" ? textOf(bytes) : base64Of(bytes);
    mode = wanted;
    say(byId("key-status"), "");
  } catch (error) {
    byId("key-mode").value = mode;
    say(byId("key-status"), error.message, "bad");
  }
}

/** What a failed precondition means here. */
function explain(error, isNew) {
  if (!(error instanceof Refusal) || error.status !== 412) return adviceOf(error);
  if (isNew) return "There is such a key already. Nothing was written.";
  const now = error.headers.get("ETag")?.replaceAll('"', "");
  return now ? `It was changed meanwhile and is at version ${now} now. Nothing was written: reload to see it.` : "It was removed meanwhile. Nothing was written.";
}

async function save() {
  const shownKey = key;
  const isNew = key === null;
  try {
    const name = isNew ? bytesTyped(byId("key-name").value) : key;
    const ttl = typedTtl();
    const headers = isNew ? { "If-None-Match": "*" } : { "If-Match": tag };
    await ask("PUT", path(name) + (ttl === "" ? "" : "?ttl_ms=" + ttl), { body: typedValue(), headers });
    await changed();
    if (key !== shownKey) return;
    await editKey(name);
    if (!byId("key-value").disabled) say(byId("key-status"), "Saved.", "good");
  } catch (error) {
    say(byId("key-status"), explain(error, isNew), "bad");
  }
}

async function remove() {
  const name = key;
  try {
    await ask("DELETE", path(name), { headers: { "If-Match": tag } });
    closeKey();
    await changed();
    say(byId("keys-status"), "Removed " + shown(name) + ".", "good");
    byId("keys-prefix").focus();
  } catch (error) {
    say(byId("key-status"), error.status === 404 ? "It is not there any more." : explain(error, false), "bad");
  }
}

/** @param told  called when something was written */
export function setUpEditor(told) {
  changed = told;
  const form = byId("key-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(form, save);
  });
  byId("key-mode").addEventListener("change", changeMode);
  byId("key-reload").addEventListener("click", () => whileBusy(form, read));
  byId("key-delete").addEventListener("click", () => whileBusy(form, remove));
  setInterval(() => form.hidden || key === null || deadline === null || tag === null || showFacts(), 1000);
}
