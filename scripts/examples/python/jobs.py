#!/usr/bin/env python3
"""A queue. Usage: jobs.py NAME put TEXT...     or     jobs.py NAME take [COUNT]     prints what it took

Jobs are keys in the order of their numbers. Who takes the first removes it at the version that was read: where another
was faster, that fails, and the next one is tried. So each job is taken once.
"""
import json
import sys
import time
import urllib.parse

from store import ask, execute

name, what, *rest = sys.argv[1:]
last, prefix = name + "/last", name + "/job/"


def put(text):
    number, version = 0, 0
    while True:
        status, answer = execute({"cmd_type": "check", "key": last, "version": version},
                                 {"cmd_type": "incr", "key": last},
                                 {"cmd_type": "set", "key": f"{prefix}{number + 1:012}", "value": text})
        if status == 200:
            return
        actual = answer["failed"][0]["actual"]  # what is there now: no need to read it
        number, version = int(actual["value"]), actual["version"]


def take():
    while True:
        with ask("GET", "/v1/keys?limit=1&prefix=" + urllib.parse.quote(prefix, safe="")) as answer:
            entries = json.load(answer)["entries"]
        if not entries:
            time.sleep(0.01)
            continue
        (first,) = entries
        path = "/v1/keys/" + urllib.parse.quote(first["key"], safe="")
        if ask("DELETE", path, If_Match=f'"{first["version"]}"').status == 204:
            return first["value"]


if what == "put":
    for job in rest:
        put(job)
else:
    for _ in range(int(rest[0]) if rest else 1):
        print(take(), flush=True)
