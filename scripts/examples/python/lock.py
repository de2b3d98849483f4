#!/usr/bin/env python3
"""Does work that one client may do at a time. Usage: lock.py NAME [TIMES]

The lock is a key that is only created where it is not there, and goes by itself when its owner does not come back. Its
version is a fencing token: it grows with each owner, and whoever writes checks in the same transaction that the lock is
still at it. So an owner that was away for too long can do no harm, whatever it believes.
"""
import os
import sys
import time

from store import execute, expect

TTL_MS = 5000
lock, work = sys.argv[1] + "/lock", sys.argv[1] + "/work"


def acquire():
    """The version of the lock, which is ours from here on."""
    while True:
        status, answer = execute({"cmd_type": "check", "key": lock, "exists": False},
                                 {"cmd_type": "set", "key": lock, "value": str(os.getpid()), "ttl_ms": TTL_MS},
                                 {"cmd_type": "entry", "key": lock})
        if status == 200:
            return answer["results"][2]["version"]
        time.sleep(0.01)


def still_ours(version):
    return {"cmd_type": "check", "key": lock, "version": version}


for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1):
    token = acquire()
    (before,) = expect(*execute({"cmd_type": "get", "key": work}))
    after = str(int(before or 0) + 1)  # the work: read, think, write
    status, _ = execute(still_ours(token), {"cmd_type": "set", "key": work, "value": after},
                        {"cmd_type": "del", "key": lock})
    print(token, after if status == 200 else "lost the lock")
