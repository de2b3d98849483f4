#!/usr/bin/env python3
"""Moves an amount between accounts. Usage: transfer.py FROM TO AMOUNT [TIMES]     exit status 1: not covered

Both sides are one transaction, and `min` bounds what may be taken: an account never goes below 0, and what leaves one
arrives at the other, whoever else is at it.
"""
import sys

from store import execute, expect

source, target, amount = sys.argv[1], sys.argv[2], int(sys.argv[3])
refused = 0
for _ in range(int(sys.argv[4]) if len(sys.argv) > 4 else 1):
    status, answer = execute({"cmd_type": "incr", "key": source, "by": -amount, "min": 0},
                             {"cmd_type": "incr", "key": target, "by": amount})
    if status == 409:
        refused += 1
        print("not covered")
    else:
        print("left", *expect(status, answer))
sys.exit(1 if refused else 0)
