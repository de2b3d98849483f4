#!/usr/bin/env node
// Moves an amount between accounts. Usage: transfer.mjs FROM TO AMOUNT [TIMES]     exit status 1: not covered
//
// Both sides are one transaction, and `min` bounds what may be taken: an account never goes below 0, and what leaves one
// arrives at the other, whoever else is at it.
import { execute, expect } from "./store.mjs";

const [source, target, amount, times = 1] = process.argv.slice(2);
for (let at = 0; at < Number(times); ++at) {
  const answer = await execute(
    { cmd_type: "incr", key: source, by: -Number(amount), min: 0 },
    { cmd_type: "incr", key: target, by: Number(amount) },
  );
  if (answer.status === 409) {
    console.log("not covered");
    process.exitCode = 1;
  } else {
    console.log("left", ...expect(answer));
  }
}
