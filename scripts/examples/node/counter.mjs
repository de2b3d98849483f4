#!/usr/bin/env node
// Counts. Usage: counter.mjs NAME [TIMES]     prints what it counted to, a line each
//
// An `incr` is a transaction of its own: no two clients are ever told the same number, and none is left out.
import { execute, expect } from "./store.mjs";

const [name, times = 1] = process.argv.slice(2);
for (let at = 0; at < Number(times); ++at) {
  const [number] = expect(await execute({ cmd_type: "incr", key: name }));
  console.log(number);
}
