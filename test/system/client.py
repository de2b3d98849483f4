"""A client of memstore: requests over one connection, and what a watch tells."""
import base64
import contextlib
import http.client
import json
import socket
import threading
import time
import urllib.parse

import memstore


def text(data, in_base64=False):
    """How memstore writes these bytes in JSON."""
    if in_base64:
        return base64.b64encode(data).decode()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def data(written, in_base64=False):
    """The bytes that memstore wrote so."""
    if isinstance(written, dict):
        (encoded,) = written.values()
        return base64.b64decode(encoded, validate=True)
    return base64.b64decode(written, validate=True) if in_base64 else written.encode()


def key_path(key, safe=""):
    return "/v1/keys/" + urllib.parse.quote_from_bytes(key, safe)


def query(**parameters):
    """A query string. Bytes are percent-encoded as they are."""
    return "?" + urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote) if parameters else ""


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def version(self):
        """The version it states, if it does."""
        stated = self.headers["Memstore-Version"]
        return None if stated is None else int(stated)

    @property
    def etag(self):
        """The version in its entity tag, if it has one."""
        tag = self.headers["ETag"]
        if tag is None:
            return None
        assert tag[0] == tag[-1] == '"', tag
        return int(tag[1:-1])

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.body[:2000]!r}"


class Client:
    """Asks one request after the other. For one thread."""

    def __init__(self, port):
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=memstore.PATIENCE)

    def ask(self, method, path, body=None, headers=None):
        self._connection.request(method, path, body, headers or {})
        return Answer(self._connection.getresponse())

    def post(self, document, path="/v1/execute"):
        return self.ask("POST", path, json.dumps(document))

    def execute(self, *commands, **members):
        return self.post({"commands": commands} | members)

    def close(self):
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Event:
    def __init__(self, kind, identity, text):
        self.kind = kind
        self.identity = identity
        self.data = json.loads(text) if text else None

    @property
    def version(self):
        return self.data["version"]

    @property
    def changes(self):
        """What changed, a dictionary of values by key, None for a removed one."""
        listed = [(data(change["key"]), change["value"]) for change in self._listed()]
        changes = {key: None if value is None else data(value) for key, value in listed}
        assert len(changes) == len(listed), f"a key twice in one event: {self!r}"
        return changes

    @property
    def causes(self):
        return {data(change["key"]): change.get("cause") for change in self._listed()}

    def _listed(self):
        return self.data["changes"] if "changes" in self.data else self.data["entries"]

    def __repr__(self):
        return f"{self.kind} id={self.identity} {self.data}"


class Watch:
    """The events of one GET /v1/watch, in order."""

    def __init__(self, port, last_event_id=None, **parameters):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=memstore.PATIENCE)
        headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
        self._connection.request("GET", "/v1/watch" + query(**parameters), headers=headers)
        self._socket = self._connection.sock
        self._response = self._connection.getresponse()
        self.status = self._response.status
        self.headers = self._response.headers

    def __iter__(self):
        fields = {}
        while line := self._response.readline():
            name, _, value = line.decode().rstrip("\r\n").partition(":")
            if line in (b"\n", b"\r\n"):
                if "data" in fields or "event" in fields:
                    yield Event(fields.get("event"), fields.get("id"), fields.get("data"))
                fields = {}
            elif name:
                value = value.removeprefix(" ")
                fields[name] = fields[name] + "\n" + value if name == "data" and name in fields else value

    def until(self, version):
        """Its events up to this version's. The stream must not end before."""
        events = []
        deadline = time.monotonic() + memstore.PATIENCE
        for event in self:
            events.append(event)
            if event.kind != "progress" and event.data and event.version >= version:
                return events
            if time.monotonic() > deadline:
                break
        raise AssertionError(f"no event of version {version}: {events}")

    def refusal(self):
        """The body of an answer that is no stream."""
        return json.loads(self._response.read())

    def end(self):
        """Ends the stream for a thread that reads it."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.end()
        self._response.close()
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Follower(threading.Thread):
    """Reads a watch as it comes, so that it is never slow."""

    def __init__(self, watch):
        super().__init__(daemon=True)
        self.watch = watch
        self._error = None
        self._events = []
        self._latest = 0
        self._news = threading.Condition()
        self.start()

    def run(self):
        try:
            for event in self.watch:
                self._tell(event)
            self._end("the stream ended")
        except Exception as error:
            self._end(repr(error))

    def _tell(self, event):
        with self._news:
            self._events.append(event)
            if event.kind == "commit":
                self._latest = event.version
            self._news.notify_all()

    def _end(self, error):
        with self._news:
            self._error = error
            self._news.notify_all()

    def until(self, version):
        """Its events, as soon as the commit of that version is among them."""
        return self.wait_for(lambda: self._latest >= version)

    def wait_for(self, condition):
        with self._news:
            self._news.wait_for(lambda: self._error or condition(), memstore.PATIENCE)
            if not condition():
                raise AssertionError(f"{self._error or 'nothing more came'}; the last were {self._events[-5:]}")
            return list(self._events)

    def events(self):
        """What came until now."""
        with self._news:
            return list(self._events)

    def close(self):
        self.watch.end()
        self.join(memstore.PATIENCE)
        self.watch.close()
