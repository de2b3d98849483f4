// The keys that begin with a prefix, a page at a time.

import { adviceOf, askJson } from "./api.js";
import { bytesOfJson, bytesTyped, percentEncoded, shown, textOf } from "./bytes.js";
import { byId, count, counted, element, say, whileBusy } from "./dom.js";
import { closeKey, editKey, editNewKey, setUpEditor } from "./key_editor.js";

const previewLength = 160;

/** Where each page up to the one that is shown begins: behind a key, or at the first. */
let pages = [null];
let prefix = new Uint8Array();
let next = null;
let loaded = false;

function preview(value) {
  const text = textOf(value);
  const cell = element("span", { class: "bytes preview" }, shown(value.subarray(0, previewLength)) + (value.length > previewLength ? "…" : ""));
  const tags = text === null ? [element("span", { class: "tag" }, "bytes")] : [];
  return element("td", {}, cell, ...(value.length > previewLength ? [element("span", { class: "hint" }, count(value.length) + " bytes")] : []), ...tags);
}

function row(entry) {
  const key = bytesOfJson(entry.key);
  const open = element("button", { type: "button", class: "link bytes" }, key.length > 0 ? shown(key) : "(the empty key)");
  const made = element("tr", { "aria-selected": "false" }, element("td", {}, open), preview(bytesOfJson(entry.value)), element("td", { class: "n" }, String(entry.version)));
  if (textOf(key) === null) open.after(element("span", { class: "tag" }, "bytes"));
  open.addEventListener("click", () => {
    for (const other of byId("keys-list").children) other.setAttribute("aria-selected", String(other === made));
    editKey(key);
  });
  return made;
}

function show(page) {
  next = page.next === null ? null : bytesOfJson(page.next);
  byId("keys-list").replaceChildren(...page.entries.map(row));
  byId("keys-previous").disabled = pages.length < 2;
  byId("keys-next").disabled = next === null;
  byId("keys-page").textContent = page.entries.length > 0 ? "Page " + pages.length : "";
  if (page.entries.length > 0) say(byId("keys-status"), counted(page.entries.length, "key") + (next === null ? "" : ", and more behind them"));
  else say(byId("keys-status"), prefix.length > 0 ? "No key begins so." : "The store is empty. New key makes the first.");
}

/** A page, of fewer keys where their values are too long for one answer. */
async function readPage(limit) {
  const query = [`prefix=${percentEncoded(prefix)}`, `limit=${limit}`];
  const after = pages.at(-1);
  if (after !== null) query.push(`after=${percentEncoded(after)}`);
  try {
    return await askJson("GET", "/v1/keys?" + query.join("&"));
  } catch (error) {
    if (error.status !== 413 || limit === 1) throw error;
    return readPage(Math.ceil(limit / 2));
  }
}

async function load() {
  try {
    show(await readPage(Number(byId("keys-limit").value)));
  } catch (error) {
    byId("keys-list").replaceChildren();
    say(byId("keys-status"), adviceOf(error), "bad");
  }
}

async function search() {
  try {
    prefix = bytesTyped(byId("keys-prefix").value);
  } catch (error) {
    say(byId("keys-status"), error.message, "bad");
    return;
  }
  pages = [null];
  await load();
}

export function setUp() {
  setUpEditor(load);
  const form = byId("keys-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    closeKey();
    whileBusy(form, search);
  });
  byId("keys-limit").addEventListener("change", search);
  byId("keys-new").addEventListener("click", editNewKey);
  byId("keys-next").addEventListener("click", () => {
    pages.push(next);
    load();
  });
  byId("keys-previous").addEventListener("click", () => {
    pages.pop();
    load();
  });
  addEventListener("memstore-token", () => loaded && search());
}

export function opened() {
  if (!loaded) search();
  loaded = true;
}
