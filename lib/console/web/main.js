import { askJson, token } from "./api.js";
import { byId } from "./dom.js";
import * as keys from "./keys.js";
import * as operations from "./operations.js";
import * as overview from "./overview.js";
import * as transactions from "./transactions.js";
import * as watch from "./watch.js";

const panels = { overview, keys, transactions, watch, operations };
const healthEvery = 3000;

function showPanel() {
  const named = location.hash.slice(1);
  const chosen = Object.hasOwn(panels, named) ? named : "overview";
  for (const name of Object.keys(panels)) byId(name).hidden = name !== chosen;
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.hash === "#" + chosen) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = byId(chosen + "-title").textContent + " · memstore console";
  scrollTo(0, 0);
  panels[chosen].opened?.();
}

function showHealth(text, kind) {
  const pill = byId("health");
  if (pill.textContent === text) return;
  pill.textContent = text;
  pill.className = "pill " + kind;
}

async function lookAtHealth() {
  try {
    const response = await fetch("/readyz", { cache: "no-store", credentials: "omit" });
    const text = (await response.text()).trim();
    showHealth(response.ok ? "ready" : text, response.ok ? "good" : "bad");
  } catch {
    showHealth("unreachable", "bad");
  }
}

function showToken() {
  byId("token-summary").textContent = token.get() ? "Token in use" : "Token";
  byId("banner").hidden = true;
}

function setUpToken() {
  const box = byId("token-box");
  const close = () => {
    box.open = false;
    byId("token-summary").focus();
  };
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    token.set(byId("token").value.trim());
    byId("token").value = "";
    close();
  });
  byId("token-forget").addEventListener("click", () => {
    token.set("");
    byId("token").value = "";
    close();
  });
  box.addEventListener("toggle", () => box.open && byId("token").focus());
  box.addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("memstore-token", showToken);
  addEventListener("memstore-unauthorized", ({ detail }) => {
    const banner = byId("banner");
    banner.textContent = token.get()
      ? "This token is not known here: enter another one above."
      : "This store wants to know who asks: enter a token above.";
    banner.title = detail.message;
    banner.hidden = false;
  });
  showToken();
}

async function showVersion() {
  try {
    byId("version").textContent = (await askJson("GET", "/openapi.json")).info.version;
  } catch {
    byId("version").textContent = "";
  }
}

setUpToken();
for (const panel of Object.values(panels)) panel.setUp();
addEventListener("hashchange", showPanel);
showPanel();
showVersion();
lookAtHealth();
setInterval(() => document.hidden || lookAtHealth(), healthEvery);
