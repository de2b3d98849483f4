#!/usr/bin/env python3
"""Tells every change under a prefix, for ever. Usage: watch.py PREFIX [FROM]     prints version, key and value

When the connection breaks it goes on behind the last event that it has seen: none is missing, none is told twice.
"""
import http.client
import json
import sys
import time
import urllib.parse

from store import ask

prefix = sys.argv[1]
seen = sys.argv[2] if len(sys.argv) > 2 else None


def told(events):
    """Id, version and changes of each event, as lines of the stream have it."""
    fields = {}
    for line in events:
        name, _, value = line.decode().rstrip("\r\n").partition(": ")
        if name:
            fields[name] = value
            continue
        if "id" in fields or "data" in fields:
            document = json.loads(fields.get("data", "{}"))
            yield fields.get("id"), document.get("version"), document.get("changes", [])
        fields = {}


while True:
    try:
        resume = {} if seen is None else {"Last_Event_ID": seen}
        with ask("GET", "/v1/watch?prefix=" + urllib.parse.quote(prefix, safe=""), **resume) as stream:
            if stream.status == 410:
                sys.exit("too late: that is not held any more, begin anew with FROM 0")
            for identity, version, changes in told(stream):
                for change in changes:
                    print(version, change["key"], change["value"], flush=True)
                seen = identity or seen
    except (OSError, http.client.HTTPException) as broken:
        print(broken, file=sys.stderr)
    time.sleep(0.2)
