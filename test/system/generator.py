"""Random requests for the model test: few keys, so that they meet, and checks that hold or just fail."""
import string

from client import query
from model import KeyRequest, Transaction, Unspecified, as_integer

TEXT_KEYS = [
    b"", b"A", b"B", b"a", b"aa", b"ab", b"ab/", b"ab/1", b"ab/2", b"a/../b", b"b", b"b b", b"b+b", b"b%2Fb",
    b"b?b=b&b#b", b"n", b"n1", b"n2", b"n3", b"n4", "\u00e9".encode(), "\u00e9\u20ac\U0001f600".encode(),
    b"\"\\\n\x00\x7f", b"z" * 300,
]
BINARY_KEYS = [b"\xff", b"\xff\xfe", b"a\xff", b"\x80", b"\xed\xa0\x80"]
COUNTERS = [b"n", b"n1", b"n2", b"n3", b"n4"]
PREFIXES = [b"", b"", b"a", b"ab", b"ab/", b"b", b"n", b"z", b"zz", b"nothing"]
TEXT_VALUES = [b"", b"x", b"value", b"1.5", b"12x", b"\x00", "\u20ac\U0001f600".encode()]
TEXT_VALUES += [b"\"\\/\b\f\n\r\t", b"{}", b"null"]
BINARY_VALUES = [b"\xff", b"\x00\xff\x00", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
NUMBERS = [0, 1, -1, 7, 100, -100, (1 << 63) - 1, -(1 << 63), (1 << 62), (1 << 53) + 1]
LONG_TTLS_MS = [3_600_000, 86_400_000, 40_000_000_000]

WEIGHTS = {
    "get": 8, "set": 16, "del": 6, "exists": 3, "incr": 8, "append": 5, "entry": 6, "expire": 4, "persist": 4,
    "check": 6, "scan": 5, "count": 2, "delrange": 1,
}  # fmt: skip


class Generator:
    """Makes requests from a seeded source of randomness, with a look at the model's state."""

    def __init__(self, rng, model):
        self._rng = rng
        self._model = model

    def transaction(self, moment):
        """A transaction of which the contract says what it does."""
        while True:
            transaction = self._transaction()
            try:
                self._model.evaluate(transaction, moment)
                return transaction
            except Unspecified:
                pass

    def _transaction(self):
        rng = self._rng
        self._is_binary = rng.random() < 0.25
        transaction = Transaction(in_base64=self._is_binary)
        if self._is_binary:
            transaction.members["encoding"] = "base64"
        elif rng.random() < 0.1:
            transaction.members["encoding"] = "utf8"
        if rng.random() < 0.15:
            transaction.condition = [self._check() for _ in range(rng.choice([1, 1, 2, 3]))]
            transaction.then = self._commands()
            transaction.otherwise = self._commands() if rng.random() < 0.7 else []
        else:
            transaction.commands = self._commands()
        transaction.path = rng.choice(["/v1/execute", "/v1/execute", "/v1/execute/"])
        if rng.random() < 0.1:
            transaction.is_dry_run = True
            if rng.random() < 0.5:
                transaction.members["dry_run"] = True
            else:
                transaction.path += "?dry_run=true"
        return transaction

    def _commands(self):
        count = self._rng.choices([0, 1, 2, 3, 6, 12, 40], [1, 20, 20, 15, 10, 5, 1])[0]
        kinds = self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
        return [self._dressed(getattr(self, "_" + kind)()) for kind in kinds]

    def _dressed(self, command):
        """The same command, as some clients write it."""
        if self._rng.random() < 0.1:
            spelt = self._rng.choice([str.upper, str.capitalize, str.swapcase])
            command["cmd_type"] = spelt(command["cmd_type"])
        if self._rng.random() < 0.1 and command["cmd_type"].lower() != "check":
            command.setdefault("key", b"")
            command.setdefault("value", b"")
        members = list(command.items())
        self._rng.shuffle(members)
        return dict(members)

    def key(self, is_binary=True):
        if is_binary and self._rng.random() < 0.4:
            return self._rng.choice(BINARY_KEYS)
        if self._model.state and self._rng.random() < 0.3:
            present = [key for key in sorted(self._model.state) if is_binary or _is_text(key)]
            if present:
                return self._rng.choice(present)
        return self._rng.choice(TEXT_KEYS)

    def value(self, is_binary=True):
        kind = self._rng.random()
        if kind < 0.3:
            return str(self._rng.choice(NUMBERS)).encode()
        if kind < 0.4:
            length = self._rng.choice([10, 100, 1000, 20_000])
            return "".join(self._rng.choices(string.printable, k=length)).encode()
        if is_binary and kind < 0.6:
            return self._rng.choice(BINARY_VALUES) + self._rng.randbytes(self._rng.choice([0, 1, 50]))
        return self._rng.choice(TEXT_VALUES)

    def _counter(self):
        return self._rng.choice(COUNTERS) if self._rng.random() < 0.8 else self.key(self._is_binary)

    def _keyed(self, kind):
        return {"cmd_type": kind, "key": self.key(self._is_binary)}

    def _get(self):
        return self._keyed("get")

    def _del(self):
        return self._keyed("del")

    def _exists(self):
        return self._keyed("exists")

    def _entry(self):
        return self._keyed("entry")

    def _persist(self):
        return self._keyed("persist")

    def _set(self):
        command = self._keyed("set")
        kind = self._rng.random()
        if command["key"] in COUNTERS and self._rng.random() < 0.7:
            command["value"] = str(self._rng.randint(-10, 10)).encode()
        elif kind < 0.95:
            command["value"] = self.value(self._is_binary)
        if kind < 0.2:
            command["ttl_ms"] = self._rng.choice(LONG_TTLS_MS)
        elif kind < 0.35:
            command["keep_ttl"] = self._rng.random() < 0.8
        return command

    def _expire(self):
        return self._keyed("expire") | {"ttl_ms": self._rng.choice(LONG_TTLS_MS)}

    def _append(self):
        return self._keyed("append") | {"value": self.value(self._is_binary)[:1000]}

    def _incr(self):
        command = {"cmd_type": "incr", "key": self._counter()}
        if self._rng.random() < 0.6:
            command["by"] = self._rng.choice([0, 1, 2, -1, -5, 1000] * 3 + NUMBERS)
        if self._rng.random() < 0.3:
            command["min"] = self._rng.choice([0, 0, -10, -(1 << 63), 5])
        if self._rng.random() < 0.3:
            command["max"] = self._rng.choice([100, 1000, 5, (1 << 63) - 1])
        return command

    def _check(self):
        check = {"cmd_type": "check", "key": self._counter() if self._rng.random() < 0.3 else self.key(self._is_binary)}
        entry = self._model.state.get(check["key"])
        is_right = self._rng.random() < 0.75
        kind = self._rng.choice(["value", "exists", "version", "bounds"])
        number = self._integer(entry)
        if kind == "bounds" and (number is not None or self._rng.random() < 0.1):
            return check | self._bounds(number or 0, is_right)
        if kind == "value" and (entry or not is_right):
            same_text = entry and (self._is_binary or _is_text(entry.value))
            return check | {"value": entry.value if is_right and same_text else self.value(self._is_binary)}
        if kind == "exists":
            return check | {"exists": (entry is not None) == is_right}
        version = entry.version if entry else 0
        wrong = self._rng.choice([0, 1, version + 1, version + 1000, (1 << 63) - 1])
        return check | {"version": version if is_right else wrong}

    def _integer(self, entry):
        try:
            return as_integer(entry.value) if entry else None
        except Unspecified:
            return None

    def _bounds(self, number, is_right):
        spread = self._rng.choice([0, 1, 1, 100])
        low, high = max(number - spread, -(1 << 63)), min(number + spread, (1 << 63) - 1)
        if not is_right:
            low, high = (high, high) if self._rng.random() < 0.5 else (low, low)
        return self._rng.choice([{"min": low}, {"max": high}, {"min": low, "max": high}])

    def _range(self):
        if self._rng.random() < 0.5:
            prefix = self._rng.choice(PREFIXES) if self._rng.random() < 0.8 else self.key(self._is_binary)
            return {"prefix": prefix}
        ends = sorted([self.key(self._is_binary), self.key(self._is_binary)])
        members = {"start": ends[0], "end": ends[1]}
        if self._rng.random() < 0.4:
            del members[self._rng.choice(["start", "end"])]
        return members

    def _scan(self):
        return {"cmd_type": "scan"} | self.scan_members(self._is_binary)

    def scan_members(self, is_binary):
        self._is_binary = is_binary
        members = self._range()
        if self._rng.random() < 0.3:
            members["after"] = self.key(is_binary)
        if self._rng.random() < 0.6:
            members["limit"] = self._rng.choice([1, 2, 3, 5, 20, 100, 10_000])
        for name in ("reverse", "keys_only"):
            if self._rng.random() < 0.4:
                members[name] = self._rng.random() < 0.8
        return members

    def _count(self):
        return {"cmd_type": "count"} | self._range()

    def _delrange(self):
        members = self._range()
        while members == {"prefix": b""} and self._rng.random() < 0.8:
            members = self._range()  # seldom everything
        return {"cmd_type": "delrange"} | members

    def key_request(self):
        """A request for one key, mostly a sensible one."""
        key = self.key()
        entry = self._model.state.get(key)
        method = self._rng.choice(["GET", "GET", "HEAD", "PUT", "PUT", "PUT", "DELETE"])
        request = KeyRequest(method, key)
        version = entry.version if entry and self._rng.random() < 0.7 else self._rng.choice([1, 999_999_999])
        is_conditional = self._rng.random() < 0.5
        if method in ("GET", "HEAD"):
            request.if_none_match = version if is_conditional else None
            return request
        if is_conditional:
            request.if_match = version
        if method == "PUT":
            request.value = self.value()
            if self._rng.random() < 0.25:
                request.if_match, request.if_none_match = None, "*"
            if self._rng.random() < 0.2:
                request.ttl_ms = self._rng.choice(LONG_TTLS_MS)
        return request

    def key_scan(self):
        """A GET of /v1/keys. @return its path, and the scan that it stands for"""
        command = {"cmd_type": "scan"} | self.scan_members(is_binary=True)
        parameters = {name: member for name, member in command.items() if name != "cmd_type"}
        for name, member in parameters.items():
            if isinstance(member, bool):
                parameters[name] = "true" if member else "false"
        return "/v1/keys" + query(**parameters), command

    def safe_characters(self):
        """What a client leaves as it is in a path, beside letters and digits."""
        return self._rng.choice(["", "/", "/+", "/+:@!$&'()*,;="])

    def short_lives(self):
        """Sets and expires of some keys, soon to end. @return the transaction and its TTLs by key"""
        self._is_binary = False
        keys = self._rng.sample([key for key in TEXT_KEYS], self._rng.randint(1, 5))
        lives = {key: self._rng.randint(1, 60) for key in keys}
        commands = []
        for key, ttl_ms in lives.items():
            if key in self._model.state and self._rng.random() < 0.5:
                commands.append({"cmd_type": "expire", "key": key, "ttl_ms": ttl_ms})
            else:
                commands.append({"cmd_type": "set", "key": key, "value": self.value(False), "ttl_ms": ttl_ms})
        return Transaction(commands=commands), lives


def _is_text(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
