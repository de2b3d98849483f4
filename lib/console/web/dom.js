// Everything that is shown goes through here, as text: nothing of the store is ever taken for markup.

export const byId = (id) => document.getElementById(id);

/** An element with these properties and children. Strings become text. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") made.className = value;
    else if (key.includes("-") || key === "role" || key === "scope" || key === "colspan") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** Says how something went, in a line that is read out. */
export function say(line, text, kind = "") {
  line.textContent = text;
  line.className = "status " + kind;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (number) => whole.format(number);
export const counted = (number, one) => `${count(number)} ${one}${number === 1 ? "" : "s"}`;
export const rate = (number) => (number < 10 && number > 0 ? number.toFixed(1) : number < 100000 ? whole.format(number) : compact.format(number));

export function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  for (; bytes >= 1024 && at + 1 < units.length; ++at) bytes /= 1024;
  return (at === 0 ? whole.format(bytes) : bytes.toFixed(1)) + " " + units[at];
}

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds === 0) return "0";
  if (seconds < 0.001) return (seconds * 1e6).toFixed(0) + " µs";
  if (seconds < 1) return (seconds * 1e3).toFixed(seconds < 0.1 ? 2 : 0) + " ms";
  return seconds.toFixed(1) + " s";
}

/** Milliseconds of a time to live, for people. */
export function lifetime(ms) {
  const seconds = ms / 1000;
  if (seconds < 60) return seconds.toFixed(1) + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min " + Math.floor(seconds % 60) + " s";
  if (seconds < 86400) return Math.floor(seconds / 3600) + " h " + Math.floor((seconds % 3600) / 60) + " min";
  return Math.floor(seconds / 86400) + " d " + Math.floor((seconds % 86400) / 3600) + " h";
}

/** Runs an action of a form, unless one is under way, so that nothing is asked twice. */
export async function whileBusy(form, action) {
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  try {
    await action();
  } finally {
    form.removeAttribute("aria-busy");
  }
}
