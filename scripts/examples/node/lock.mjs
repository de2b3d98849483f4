#!/usr/bin/env node
// Does work that one client may do at a time. Usage: lock.mjs NAME [TIMES]
//
// The lock is a key that is only created where it is not there, and goes by itself when its owner does not come back. Its
// version is a fencing token: it grows with each owner, and whoever writes checks in the same transaction that the lock is
// still at it. So an owner that was away for too long can do no harm, whatever it believes.
import { execute, expect, pause } from "./store.mjs";

const ttl_ms = 5000;
const [name, times = 1] = process.argv.slice(2);
const [lock, work] = [name + "/lock", name + "/work"];

/** The version of the lock, which is ours from here on. */
async function acquire() {
  for (;;) {
    const { status, results } = await execute(
      { cmd_type: "check", key: lock, exists: false },
      { cmd_type: "set", key: lock, value: String(process.pid), ttl_ms },
      { cmd_type: "entry", key: lock },
    );
    if (status === 200) return results[2].version;
    await pause(10);
  }
}

for (let at = 0; at < Number(times); ++at) {
  const token = await acquire();
  const [before] = expect(await execute({ cmd_type: "get", key: work }));
  const after = String(Number(before ?? 0) + 1); // the work: read, think, write
  const { status } = await execute(
    { cmd_type: "check", key: lock, version: token },
    { cmd_type: "set", key: work, value: after },
    { cmd_type: "del", key: lock },
  );
  console.log(token, status === 200 ? after : "lost the lock");
}
