#!/usr/bin/env node
// A queue. Usage: jobs.mjs NAME put TEXT...     or     jobs.mjs NAME take [COUNT]     prints what it took
//
// Jobs are keys in the order of their numbers. Who takes the first removes it at the version that was read: where another
// was faster, that fails, and the next one is tried. So each job is taken once.
import { ask, execute, pause } from "./store.mjs";

const [name, what, ...rest] = process.argv.slice(2);
const [last, prefix] = [name + "/last", name + "/job/"];

async function put(text) {
  let [number, version] = [0, 0];
  for (;;) {
    const { status, failed } = await execute(
      { cmd_type: "check", key: last, version },
      { cmd_type: "incr", key: last },
      { cmd_type: "set", key: prefix + String(number + 1).padStart(12, "0"), value: text },
    );
    if (status === 200) return;
    const { actual } = failed[0]; // what is there now: no need to read it
    [number, version] = [Number(actual.value), actual.version];
  }
}

async function take() {
  for (;;) {
    const page = await ask("GET", "/v1/keys?limit=1&prefix=" + encodeURIComponent(prefix));
    const [first] = (await page.json()).entries;
    if (!first) {
      await pause(10);
      continue;
    }
    const path = "/v1/keys/" + encodeURIComponent(first.key);
    const removed = await ask("DELETE", path, undefined, { "If-Match": `"${first.version}"` });
    await removed.arrayBuffer();
    if (removed.status === 204) return first.value;
  }
}

if (what === "put") {
  for (const job of rest) await put(job);
} else {
  for (let at = 0; at < Number(rest[0] ?? 1); ++at) console.log(await take());
}
