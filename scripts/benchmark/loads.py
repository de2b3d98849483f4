"""The loads: what is asked, of how many keys, over how many connections."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Load:
    """A script of scripts/wrk with its arguments. The defaults are those of memstore.lua."""

    name: str
    script: str
    about: str
    keys: int = 100_000
    value_bytes: int = 32
    commands: int = 1
    pipeline: int = 1
    pause_ms: int = 0
    connections: int = 64
    idle_connections: int = 0
    webdis: bool = False  # whether webdis has the like
    redis: tuple = ()  # what redis-benchmark sends, where Redis has the like

    def wrk_arguments(self, dialect):
        given = {"keys": self.keys, "value_bytes": self.value_bytes, "commands": self.commands}
        given |= {"pipeline": self.pipeline, "pause_ms": self.pause_ms, "dialect": dialect}
        return [f"{name}={value}" for name, value in given.items()]


def key(index):
    """As scripts/wrk/memstore.lua and redis-benchmark's __rand_int__ make it: 16 bytes."""
    return f"key:{index:012d}"


_GET = ("GET", key(0))
_SET = ("SET", "key:__rand_int__", "@value")
_MGET = ("MGET", *["key:__rand_int__"] * 10)

LOADS = (
    Load("get", "get", "one GET, of one key", webdis=True, redis=_GET),
    Load("set", "set", "one SET, over all keys", webdis=True, redis=_SET),
    Load("mixed", "mixed", "one command, over all keys: 90 % GET, 10 % SET", webdis=True),
    Load("read10", "read", "10 GETs of random keys (MGET)", commands=10, webdis=True, redis=_MGET),
    Load("transaction10", "transaction", "5 GETs, 5 SETs of random keys", commands=10),
    Load("transaction100", "transaction", "50 GETs, 50 SETs of random keys", commands=100),
    Load("paced_get", "get", "get, 1 ms after each answer", pause_ms=1, webdis=True),
    Load("paced_set", "set", "set, 1 ms after each answer", pause_ms=1, webdis=True),
    Load("paced_transaction10", "transaction", "transaction10, 1 ms after each answer", commands=10, pause_ms=1),
    Load("pipeline16", "get", "get, 16 requests written at a time", pipeline=16, webdis=True, redis=_GET),
    Load("idle1000", "get", "get, beside 1 000 idle connections", idle_connections=1_000, webdis=True, redis=_GET),
    Load("get_1k", "get", "get, 1 KiB of 10 000 keys", keys=10_000, value_bytes=1024, webdis=True, redis=_GET),
    Load("set_1k", "set", "set, 1 KiB of 10 000 keys", keys=10_000, value_bytes=1024, webdis=True, redis=_SET),
    Load("get_64k", "get", "get, 64 KiB of 1 000 keys", keys=1_000, value_bytes=65_536, webdis=True, redis=_GET),
    Load("set_64k", "set", "set, 64 KiB of 1 000 keys", keys=1_000, value_bytes=65_536, webdis=True, redis=_SET),
)
QUICK = ("get", "set", "mixed", "read10", "transaction10")
