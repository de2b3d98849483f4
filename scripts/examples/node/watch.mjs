#!/usr/bin/env node
// Tells every change under a prefix, for ever. Usage: watch.mjs PREFIX [FROM]     prints version, key and value
//
// When the connection breaks it goes on behind the last event that it has seen: none is missing, none is told twice.
import { ask, pause } from "./store.mjs";

const [prefix, from] = process.argv.slice(2);
let seen = from;

function tell(event) {
  const fields = Object.fromEntries(event.split("\n").map((line) => line.split(/: (.*)/s, 2)));
  const { version, changes = [] } = JSON.parse(fields.data ?? "{}");
  for (const { key, value } of changes) console.log(version, key, value);
  seen = fields.id ?? seen;
}

async function follow() {
  const answer = await ask("GET", "/v1/watch?prefix=" + encodeURIComponent(prefix), undefined, seen === undefined ? {} : { "Last-Event-ID": seen });
  if (answer.status === 410) {
    console.error("too late: that is not held any more, begin anew with FROM 0");
    process.exit(1);
  }
  let text = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const events = (text + piece).split("\n\n");
    text = events.pop();
    events.forEach(tell);
  }
}

for (;;) {
  await follow().catch((broken) => console.error(broken.message));
  await pause(200);
}
