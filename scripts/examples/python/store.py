"""Asks a memstore. MEMSTORE_URL says where it is, MEMSTORE_TOKEN who asks."""
import json
import os
import urllib.error
import urllib.request

URL = os.environ.get("MEMSTORE_URL", "http://127.0.0.1:8080")
TOKEN = os.environ.get("MEMSTORE_TOKEN")


def ask(method, path, body=None, **headers):
    """The answer, whatever its status: it has .status, .headers and .read()."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if TOKEN:
        fields["Authorization"] = "Bearer " + TOKEN
    request = urllib.request.Request(URL + path, body, fields, method=method)
    try:
        return urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused:
        return refused


def execute(*commands, **members):
    """Status and document of one transaction."""
    with ask("POST", "/v1/execute", json.dumps({"commands": commands} | members).encode()) as answer:
        return answer.status, json.load(answer)


def expect(status, document):
    """The results of a transaction that has nothing to fail by."""
    if status != 200:
        raise SystemExit(f"{status}: {document['error']}")
    return document["results"]
