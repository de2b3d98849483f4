#!/usr/bin/env python3
"""Counts. Usage: counter.py NAME [TIMES]     prints what it counted to, a line each

An `incr` is a transaction of its own: no two clients are ever told the same number, and none is left out.
"""
import sys

from store import execute, expect

name = sys.argv[1]
for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1):
    (number,) = expect(*execute({"cmd_type": "incr", "key": name}))
    print(number)
