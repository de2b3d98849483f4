"""What memstore should do, as simple as can be: a dictionary with versions, one transaction at a time.

Where the contract is silent, the model does what the server documents; each such place says "Silent:".
"""
import collections
import dataclasses
import time
from typing import Optional

from client import text

INT64 = range(-(1 << 63), 1 << 63)
BYTES_MEMBERS = {"key", "value", "prefix", "start", "end", "after"}
SCAN_LIMIT = 100
CLOCK_SLACK_MS = 2000  # two clocks, rounding, and a coarse clock: far less than any deadline that is compared


class Unspecified(Exception):
    """The contract does not say what this does; nobody should ask for it."""


class Anything:
    """Equals all that the contract leaves open."""

    def __repr__(self):
        return "anything"


class Own:
    """The version of the very transaction that tells of it."""

    def __repr__(self):
        return "its version"


ANYTHING, ITS_VERSION = Anything(), Own()


@dataclasses.dataclass(frozen=True)
class Within:
    """A whole number between two bounds, both included."""

    low: float
    high: float


def same(expected, actual):
    """Whether two JSON values are the same, types included: `true` is no 1."""
    if expected is ANYTHING:
        return True
    if isinstance(expected, Within):
        return type(actual) is int and expected.low <= actual <= expected.high
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, dict):
        return expected.keys() == actual.keys() and all(same(expected[name], actual[name]) for name in expected)
    if isinstance(expected, (list, tuple)):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    return expected == actual


def resolve(result, version):
    """A result with the version of its own transaction filled in."""
    if result is ITS_VERSION:
        return version
    if isinstance(result, dict):
        return {name: resolve(member, version) for name, member in result.items()}
    if isinstance(result, list):
        return [resolve(member, version) for member in result]
    return result


@dataclasses.dataclass(frozen=True)
class Moment:
    """When a request was under way: what it did, it did in between. Monotonic seconds."""

    begin: float
    end: float


@dataclasses.dataclass(frozen=True)
class Deadline:
    """When a key expires, as far as its client can know. Monotonic seconds."""

    earliest: float
    latest: float

    @staticmethod
    def after(ttl_ms, moment):
        return Deadline(moment.begin + ttl_ms / 1000, moment.end + ttl_ms / 1000)

    def left_ms(self, moment):
        return Within(
            (self.earliest - moment.end) * 1000 - CLOCK_SLACK_MS, (self.latest - moment.begin) * 1000 + CLOCK_SLACK_MS
        )

    def wall_clock_ms(self):
        """The same instant as Unix time, as long as nobody sets that clock."""
        offset = time.time() - time.monotonic()
        return Within(
            (self.earliest + offset) * 1000 - CLOCK_SLACK_MS, (self.latest + offset) * 1000 + CLOCK_SLACK_MS
        )


@dataclasses.dataclass(frozen=True)
class Entry:
    value: bytes
    version: object  # an integer, or ITS_VERSION while the transaction that writes it runs
    deadline: Optional[Deadline]


@dataclasses.dataclass
class Outcome:
    """What an answer has to be, and what is so afterwards.

    `statuses` are all that are allowed. `written` has an Entry or None by key. `failed` are the failing checks as
    (index, key, entry, whether it is a bound); an index of None is not known.
    """

    statuses: tuple
    results: list = dataclasses.field(default_factory=list)
    succeeded: Optional[bool] = None
    written: dict = dataclasses.field(default_factory=dict)
    failed: list = dataclasses.field(default_factory=list)
    errors: list = dataclasses.field(default_factory=list)  # (index, codes)


def as_integer(value):
    """The int64 that a value is, or None."""
    try:
        number = int(value.decode("ascii"))
    except ValueError:
        return None
    if str(number).encode() != value:
        if value.strip().lstrip(b"+-").isdigit() and number in INT64:
            raise Unspecified(f"whether {value!r} is an integer")
        return None
    return number if number in INT64 else None


class Evaluation:
    """One transaction on an overlay of the state, at its moment."""

    def __init__(self, state, moment):
        self._state = state
        self._moment = moment
        self._index = 0
        self.written = {}
        self.failed = []
        self.errors = []

    def run(self, commands, numbered=True):
        """The results of the commands. What failed is noted, and the rest goes on as if it had not been."""
        results = []
        for index, command in enumerate(commands):
            self._index = index if numbered else None
            results.append(getattr(self, "_" + command["cmd_type"].lower())(command))
        return results

    def holds(self, check):
        entry = self.find(check["key"])
        if "value" in check:
            return entry is not None and entry.value == check["value"]
        if "exists" in check:
            return (entry is not None) == check["exists"]
        if "version" in check:
            return check["version"] == (0 if entry is None else entry.version)
        if entry is None:
            raise Unspecified("a bound on an absent key")
        number = as_integer(entry.value)
        if number is None:
            raise Unspecified("a bound on what is no integer")
        return check.get("min", number) <= number <= check.get("max", number)

    def find(self, key):
        return self.written[key] if key in self.written else self._state.get(key)

    def select(self, command):
        """The entries of a scan, in order."""
        if "prefix" in command:
            wanted = lambda key: key.startswith(command["prefix"])
        else:
            start, end = command.get("start", b""), command.get("end")
            if end is not None and end < start:
                raise Unspecified("a range that ends before it starts")
            wanted = lambda key: start <= key and (end is None or key < end)
        keys = sorted(key for key in self._state.keys() | self.written.keys() if wanted(key))
        return [(key, self.find(key)) for key in keys if self.find(key) is not None]

    def _write(self, key, value, deadline):
        self.written[key] = Entry(value, ITS_VERSION, deadline)

    def _fail(self, command, is_bound):
        key = command["key"]
        actual = ANYTHING if key in self.written else self._state.get(key)
        self.failed.append((self._index, key, actual, is_bound))

    def _get(self, command):
        entry = self.find(command["key"])
        return None if entry is None else entry.value

    def _set(self, command):
        key, value = command["key"], command.get("value", b"")
        old = self.find(key)
        deadline = old.deadline if old and command.get("keep_ttl") else None
        if "ttl_ms" in command:
            deadline = Deadline.after(command["ttl_ms"], self._moment)
        self._write(key, value, deadline)
        return value

    def _del(self, command):
        existed = self.find(command["key"]) is not None
        if existed:
            self.written[command["key"]] = None
        return existed

    def _exists(self, command):
        return self.find(command["key"]) is not None

    def _incr(self, command):
        old = self.find(command["key"])
        number = 0 if old is None else as_integer(old.value)
        if number is None:
            self.errors.append((self._index, ("not_an_integer", "overflow")))
            return ANYTHING
        number += command.get("by", 1)
        outside = not command.get("min", number) <= number <= command.get("max", number)
        if number not in INT64:
            self.errors.append((self._index, ("overflow",)))
        if outside:
            self._fail(command, is_bound=True)
        if outside or number not in INT64:
            return ANYTHING
        self._write(command["key"], str(number).encode(), old and old.deadline)
        return number

    def _append(self, command):
        old = self.find(command["key"])  # Silent: it keeps the TTL, as in Redis.
        value = (old.value if old else b"") + command["value"]
        self._write(command["key"], value, old and old.deadline)
        return len(value)

    def _entry(self, command):
        entry = self.find(command["key"])
        if entry is None:
            return None
        left = entry.deadline and entry.deadline.left_ms(self._moment)
        return {"value": entry.value, "version": entry.version, "ttl_ms": left}

    def _expire(self, command):
        entry = self.find(command["key"])  # Silent: it is a write, with a version.
        if entry is not None:
            self._write(command["key"], entry.value, Deadline.after(command["ttl_ms"], self._moment))
        return entry is not None

    def _persist(self, command):
        entry = self.find(command["key"])
        if entry is None or entry.deadline is None:
            return False
        self._write(command["key"], entry.value, None)
        return True

    def _check(self, command):
        entry = self.find(command["key"])
        if ("min" in command or "max" in command) and entry is not None and as_integer(entry.value) is None:
            self._fail(command, is_bound=True)  # Silent: a failed check, or a value that does not fit.
            self.errors.append((self._index, ("not_an_integer",)))
        elif not self.holds(command):
            self._fail(command, is_bound=False)
        return True

    def _scan(self, command):
        entries = self.select(command)
        if command.get("reverse"):
            entries.reverse()
        if "after" in command:
            after = command["after"]
            is_later = (lambda key: key < after) if command.get("reverse") else (lambda key: key > after)
            entries = [(key, entry) for key, entry in entries if is_later(key)]
        limit = command.get("limit", SCAN_LIMIT)
        page = [{"key": key, "value": entry.value, "version": entry.version} for key, entry in entries[:limit]]
        if command.get("keys_only"):
            for found in page:
                del found["value"]
        return {"entries": page, "next": page[-1]["key"] if len(entries) > limit else None}

    def _count(self, command):
        return len(self.select(command))

    def _delrange(self, command):
        entries = self.select(command)
        for key, _ in entries:
            self.written[key] = None
        return len(entries)


@dataclasses.dataclass
class Transaction:
    """What goes to /v1/execute: `commands`, or `condition`, `then` and `otherwise`. Commands have bytes for bytes."""

    commands: list = dataclasses.field(default_factory=list)
    condition: Optional[list] = None
    then: list = dataclasses.field(default_factory=list)
    otherwise: list = dataclasses.field(default_factory=list)
    in_base64: bool = False
    is_dry_run: bool = False
    path: str = "/v1/execute"
    members: dict = dataclasses.field(default_factory=dict)

    def document(self):
        if self.condition is None:
            return {"commands": self._wire(self.commands)} | self.members
        branches = {"if": self._wire(self.condition), "then": self._wire(self.then)}
        return branches | ({"else": self._wire(self.otherwise)} if self.otherwise else {}) | self.members

    def _wire(self, commands):
        return [self.wire(command) for command in commands]

    def wire(self, value):
        """A command, or a result, as it is in JSON."""
        if isinstance(value, bytes):
            return text(value, self.in_base64)
        if isinstance(value, dict):
            return {name: self.wire(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.wire(member) for member in value]
        return value


@dataclasses.dataclass
class KeyRequest:
    """What goes to /v1/keys/{key}."""

    method: str
    key: bytes
    value: Optional[bytes] = None
    ttl_ms: Optional[int] = None
    if_match: Optional[int] = None
    if_none_match: object = None  # a version, or "*"

    def headers(self):
        headers = {}
        if self.if_match is not None:
            headers["If-Match"] = f'"{self.if_match}"'
        if self.if_none_match is not None:
            headers["If-None-Match"] = "*" if self.if_none_match == "*" else f'"{self.if_none_match}"'
        return headers


@dataclasses.dataclass
class Committed:
    """What a commit has changed: values by key, None for a removed one."""

    version: Optional[int]  # None where the answer did not tell
    changes: dict
    unneeded: set  # keys that were absent before and are so again: a watch may or may not tell

    @property
    def is_needed(self):
        return bool(self.changes.keys() - self.unneeded)


@dataclasses.dataclass
class Expired:
    """A key whose deadline passed after the commits before it."""

    key: bytes


class Model:
    """The state, and the commits that led to it."""

    def __init__(self):
        self.state = {}
        self.history = []

    def evaluate(self, transaction, moment):
        """What a transaction does, without doing it. @throws Unspecified"""
        evaluation = Evaluation(self.state, moment)
        if transaction.condition is None:
            results, succeeded = evaluation.run(transaction.commands), None
        else:
            succeeded = all([evaluation.holds(check) for check in transaction.condition])
            branch = transaction.then if succeeded else transaction.otherwise
            results = evaluation.run(branch, numbered=False)
        if evaluation.failed or evaluation.errors:
            statuses = (409,) * bool(evaluation.failed) + (422,) * bool(evaluation.errors)
            return Outcome(statuses, failed=evaluation.failed, errors=evaluation.errors)
        written = {} if transaction.is_dry_run else evaluation.written
        return Outcome((200,), results, succeeded, written)

    def evaluate_request(self, request, moment):
        """What a request for one key does. @throws Unspecified"""
        entry = self.state.get(request.key)
        if request.method in ("GET", "HEAD"):
            if entry is None:
                return Outcome((404,))
            return Outcome((304,) if request.if_none_match == entry.version else (200,))
        if request.if_match is not None and (entry is None or entry.version != request.if_match):
            absent = entry is None and request.method == "DELETE"
            return Outcome((404, 412) if absent else (412,))
        if request.method == "DELETE":
            return Outcome((404,)) if entry is None else Outcome((204,), written={request.key: None})
        if request.if_none_match == "*" and entry is not None:
            return Outcome((412,))
        deadline = None if request.ttl_ms is None else Deadline.after(request.ttl_ms, moment)
        written = {request.key: Entry(request.value, ITS_VERSION, deadline)}
        return Outcome((201 if entry is None else 204,), written=written)

    def changes(self, written, version=None):
        """What an outcome would commit."""
        unneeded = {key for key, entry in written.items() if entry is None and key not in self.state}
        return Committed(version, {key: entry and entry.value for key, entry in written.items()}, unneeded)

    def commit(self, written, version):
        """Applies what an outcome has written. A version of None is one that was not told."""
        if written:
            self.history.append(self.changes(written, version))
        for key, entry in written.items():
            if entry is None:
                self.state.pop(key, None)
            else:
                self.state[key] = dataclasses.replace(entry, version=version)

    def expire(self, key):
        """The deadline of a key has passed."""
        del self.state[key]
        self.history.append(Expired(key))

    def lines(self, prefix=b""):
        """What an export has to have, by key."""
        lines = {}
        for key, entry in self.state.items():
            if key.startswith(prefix):
                lines[key] = {"key": text(key), "value": text(entry.value), "version": entry.version}
                if entry.deadline:
                    lines[key]["expires_at_ms"] = entry.deadline.wall_clock_ms()
        return lines


class Ledger:
    """Holds what a watch tells against what the model knows, event by event."""

    def __init__(self, history):
        self._ahead = collections.deque(history)
        self._dying = set()  # expired keys of which no removal was told yet

    @property
    def is_complete(self):
        self._pass_expired()
        return not self._dying and not any(item.is_needed for item in self._ahead)

    def follow(self, event):
        """@throws AssertionError unless that is what comes next"""
        changes = event.changes
        self._pass_expired()
        for key, cause in event.causes.items():
            if cause is not None:
                assert cause == "expired" and changes.pop(key) is None, f"no expiry: {event!r}"
                assert key in self._dying, f"{key!r} has not expired: {event!r}"
                self._dying.remove(key)
        if changes or not event.causes:
            self._follow_commit(event, changes)

    def _follow_commit(self, event, changes):
        while self._ahead and not self._ahead[0].is_needed and self._ahead[0].version != event.version:
            self._pass_commit()
        assert self._ahead, f"nobody committed that: {event!r}"
        committed = self._ahead[0]
        assert committed.version in (None, event.version), f"not {event!r} but {committed}"
        told = {key: value for key, value in changes.items() if key not in committed.unneeded or value is not None}
        needed = {key: value for key, value in committed.changes.items() if key not in committed.unneeded}
        assert told == needed, f"not {event!r} but {committed}"
        self._pass_commit()

    def _pass_commit(self):
        # Whoever writes a key that has expired may remove it in passing.
        self._dying -= self._ahead.popleft().changes.keys()
        self._pass_expired()

    def _pass_expired(self):
        while self._ahead and isinstance(self._ahead[0], Expired):
            self._dying.add(self._ahead.popleft().key)
