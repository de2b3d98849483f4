"""The servers that are measured, each with the settings that are fair to it, and what drives them."""
import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import re
import shutil
import socket

from . import figures, processes
from .loads import key

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = ROOT / "build" / "release" / "memstore"
BATCH_COMMANDS = 10_000  # of a transaction that loads keys: memstore's default limit
BATCH_BYTES = 8 << 20  # and of its values
CONNECTIONS_MAX = 20_000


@dataclasses.dataclass(frozen=True)
class Placement:
    """Which cores a server and its load generator run on, and with how many threads each."""

    name: str
    server_cores: frozenset
    client_cores: frozenset
    threads: int
    client_threads: int


def placements():
    """Those that this machine allows, by name."""
    cores = sorted(os.sched_getaffinity(0))
    everything = frozenset(cores)
    found = {"shared": Placement("shared", everything, everything, len(cores), len(cores))}
    if len(cores) > 1:
        first, last = frozenset(cores[:1]), frozenset(cores[-1:])
        found["pinned"] = Placement("pinned", first, last, 1, 1)
    return found


def batches(load):
    """The keys of a load as ranges that are each loaded at once."""
    size = max(1, min(BATCH_COMMANDS, BATCH_BYTES // load.value_bytes))
    for first in range(0, load.keys, size):
        yield range(first, min(first + size, load.keys))


class Server:
    """What all have in common. A context: it serves, with the keys of its load in it, until the context ends."""

    name = ""
    dialect = "memstore"

    def __init__(self, load, placement, folder):
        self.load = load
        self.placement = placement
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.port = 0
        self._processes = []
        self._stack = contextlib.ExitStack()

    @classmethod
    def plays(cls, load):
        """Whether it has the like of a load."""
        return True

    def __enter__(self):
        with self._stack:
            self._start()
            self._preload()
            self._check()
            for _ in range(self.load.idle_connections):
                self._open_idle()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def measure(self, seconds):
        """The sample of one run of its load."""
        before = self.cpu_seconds()
        sample, client_cpu_seconds = self._drive(seconds)
        return dataclasses.replace(
            sample,
            server_cpu_seconds=self.cpu_seconds() - before,
            client_cpu_seconds=client_cpu_seconds,
            resident_bytes=self.resident_bytes(),
        )

    def kill(self):
        """Ends it as if the machine had done so."""
        for process in self._processes:
            process.kill()

    def cpu_seconds(self):
        return sum(process.cpu_seconds() for process in self._processes)

    def resident_bytes(self):
        return sum(process.resident_bytes() for process in self._processes)

    def request(self, method, path, body=None):
        """The body of the answer to one request, which must be a 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=processes.PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body)
            response = connection.getresponse()
            answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{self.name} answered {response.status} to {method} {path}: {answer[:200]!r}")
        return answer

    def _run(self, *arguments):
        process = processes.Process([str(each) for each in arguments], self.folder, self.placement.server_cores)
        self._processes.append(process)
        self._stack.callback(process.stop)
        return process

    def _open_idle(self):
        """A connection that has had its answer and now says nothing."""
        idle = socket.create_connection(("127.0.0.1", self.port), timeout=processes.PATIENCE)
        self._stack.callback(idle.close)
        idle.sendall(self._first_request())
        if not idle.recv(1 << 20):
            raise RuntimeError(f"{self.name} closed an idle connection")

    def _drive(self, seconds):
        where = self.placement
        arguments = ["wrk", "--latency", "--duration", f"{seconds}s", "--timeout", "30s"]
        arguments += ["--connections", str(self.load.connections)]
        arguments += ["--threads", str(min(where.client_threads, self.load.connections))]
        arguments += ["--script", str(ROOT / "scripts" / "wrk" / f"{self.load.script}.lua")]
        arguments += [f"http://127.0.0.1:{self.port}/v1/execute", "--", *self.load.wrk_arguments(self.dialect)]
        output, cpu_seconds = processes.run_client(arguments, where.client_cores, seconds + 2 * processes.PATIENCE)
        sample = figures.parse_wrk(output)
        if self.load.pipeline > 1:
            # wrk corrects latencies for what it omitted to send meanwhile, and takes a batch for one request in that.
            sample = dataclasses.replace(sample, p50_us=None, p99_us=None, p999_us=None)
        return sample, cpu_seconds


class Memstore(Server):
    """memstore itself: the release build, as many threads as cores it may use."""

    name = "memstore"

    def __init__(self, load, placement, folder, **options):
        super().__init__(load, placement, folder)
        self.options = {"threads": placement.threads} | options
        self.resident_empty = self.resident_loaded = 0

    def _start(self):
        port_file = self.folder / "port"
        process = self._run(
            BINARY,
            "--port=0",
            f"--port-file={port_file}",
            "--log.level=warn",
            "--timeouts.idle=1h",
            f"--limits.connections={CONNECTIONS_MAX}",
            "--limits.connections-per-address=0",
            *[f"--{name}={value}" for name, value in self.options.items()],
        )
        processes.wait_until(port_file.exists, self.name, process)
        self.port = int(port_file.read_text())
        processes.wait_until(self._is_ready, self.name, process)

    def _is_ready(self):
        try:
            return self.request("GET", "/readyz") == b"ok"
        except RuntimeError:
            return False

    def _preload(self):
        self.resident_empty = self.resident_bytes()
        value = "v" * self.load.value_bytes
        for batch in batches(self.load):
            commands = [f'{{"cmd_type":"set","key":"{key(index)}","value":"{value}"}}' for index in batch]
            self.request("POST", "/v1/execute", f'{{"commands":[{",".join(commands)}]}}')
        self.resident_loaded = self.resident_bytes()

    def _check(self):
        get = json.dumps({"commands": [{"cmd_type": "get", "key": key(self.load.keys - 1)}]})
        expect_value(self, json.loads(self.request("POST", "/v1/execute", get))["results"][0])

    def _first_request(self):
        body = json.dumps({"commands": [{"cmd_type": "get", "key": key(0)}]})
        return f"POST /v1/execute HTTP/1.1\r\nHost: memstore\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


class Nginx(Server):
    """nginx as the yardstick: reads the very same request and answers a constant as long as memstore's answer."""

    name = "nginx"

    CONFIGURATION = """\
daemon off;
worker_processes {threads};
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    default_type application/json;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    client_header_timeout 1h;
    client_body_buffer_size 256k;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096 reuseport;
        set $kib {kib};
        location / {{ return 200 '{answer}'; }}
    }}
}}
"""

    def _start(self):
        self.port = processes.free_port()
        # A text of the configuration may have 4 KiB at most; a variable of it stands for more.
        kib, rest = divmod(self.load.value_bytes, 1024)
        value = "${kib}" * kib + "v" * rest
        answer = '{"results":[' + ",".join([f'"{value}"'] * self.load.commands) + "]}"
        file = self.folder / "nginx.conf"
        file.write_text(
            self.CONFIGURATION.format(
                threads=self.placement.threads,
                folder=self.folder,
                connections=CONNECTIONS_MAX - 1000,
                port=self.port,
                kib="v" * 1024,
                answer=answer,
            )
        )
        program = shutil.which("nginx") or "/usr/sbin/nginx"  # not on every user's path
        process = self._run(program, "-p", self.folder, "-e", "stderr", "-c", file)
        processes.wait_until(lambda: processes.accepts(self.port), self.name, process)

    def _preload(self):
        pass

    def _check(self):
        expected = len('{"results":[]}') + self.load.commands * (self.load.value_bytes + 3) - 1
        answer = self.request("POST", "/v1/execute", "{}")
        if len(answer) != expected:
            raise RuntimeError(f"nginx answers {len(answer)} bytes, not {expected}")

    def _first_request(self):
        return b"POST /v1/execute HTTP/1.1\r\nHost: nginx\r\nContent-Length: 2\r\n\r\n{}"


class RedisProcess(Server):
    """A redis-server without persistence, to which others add how it is reached."""

    def _start_redis(self, *settings):
        """@param settings  that count more than its own"""
        port = processes.free_port()
        process = self._run(
            *("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", self.folder),
            *("--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning"),
            *("--maxclients", CONNECTIONS_MAX - 1000, "--tcp-backlog", 4096),
            *settings,
        )
        processes.wait_until(lambda: processes.accepts(port), "redis-server", process)
        return port

    def _fill_redis(self, port):
        value = "v" * self.load.value_bytes
        with socket.create_connection(("127.0.0.1", port), timeout=processes.PATIENCE) as redis:
            for batch in batches(self.load):
                redis.sendall(resp("MSET", *[text for index in batch for text in (key(index), value)]))
                if redis.recv(64) != b"+OK\r\n":
                    raise RuntimeError("redis-server did not take the keys")


class Webdis(RedisProcess):
    """webdis in front of redis-server: the same keys and values over HTTP and JSON. Both are measured as one."""

    name = "webdis"
    dialect = "webdis"

    @classmethod
    def plays(cls, load):
        return load.webdis

    def _start(self):
        redis_port = self._start_redis()
        self._fill_redis(redis_port)
        self.port = processes.free_port()
        settings = {
            "redis_host": "127.0.0.1",
            "redis_port": redis_port,
            "http_host": "127.0.0.1",
            "http_port": self.port,
            "threads": self.placement.threads,
            "database": 0,
            "daemonize": False,
            "verbosity": 0,
            "logfile": "/dev/null",
        }
        file = self.folder / "webdis.json"
        file.write_text(json.dumps(settings))
        process = self._run("webdis", file)
        processes.wait_until(lambda: processes.accepts(self.port), self.name, process)

    def _preload(self):
        pass  # redis-server has the keys before webdis starts

    def _check(self):
        expect_value(self, json.loads(self.request("GET", f"/GET/{key(self.load.keys - 1)}"))["GET"])

    def _first_request(self):
        return f"GET /GET/{key(0)} HTTP/1.1\r\nHost: webdis\r\n\r\n".encode()


class Redis(RedisProcess):
    """redis-server driven by redis-benchmark: the yardstick without HTTP and JSON."""

    name = "redis"
    CALIBRATION_REQUESTS = 5_000
    _rate = 0.0

    @classmethod
    def plays(cls, load):
        return bool(load.redis)

    def _start(self):
        self.port = self._start_redis()

    def _preload(self):
        self._fill_redis(self.port)

    def _check(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=processes.PATIENCE) as redis:
            redis.sendall(resp("STRLEN", key(self.load.keys - 1)))
            expected = f":{self.load.value_bytes}\r\n".encode()
            if redis.recv(64) != expected:
                raise RuntimeError("redis-server does not hold the keys")

    def _first_request(self):
        return resp("PING")

    def _drive(self, seconds):
        # redis-benchmark ends after so many requests, not after so many seconds.
        if self._rate == 0.0:
            self._rate = self._benchmark(self.CALIBRATION_REQUESTS)[0].rate
        sample, cpu_seconds = self._benchmark(max(self.CALIBRATION_REQUESTS, int(self._rate * seconds)))
        self._rate = sample.rate
        return sample, cpu_seconds

    def _benchmark(self, requests):
        load = self.load
        command = [text.replace("@value", "v" * load.value_bytes) for text in load.redis]
        arguments = ["redis-benchmark", "-p", self.port, "-c", load.connections, "-n", requests]
        arguments += ["-r", load.keys, "-P", load.pipeline, *command]
        output, cpu_seconds = processes.run_client(
            [str(each) for each in arguments], self.placement.client_cores, 10 * processes.PATIENCE
        )
        return figures.parse_redis_benchmark(re.sub(r"[^\n]*\r", "", output)), cpu_seconds


PEERS = {kind.name: kind for kind in (Nginx, Webdis, Redis)}


def resp(*words):
    """A command of Redis."""
    return b"".join([b"*%d\r\n" % len(words), *[b"$%d\r\n%b\r\n" % (len(word), word.encode()) for word in words]])


def expect_value(server, value):
    """What a server answers to a GET is what was set, or the figures would be those of something else."""
    if value != "v" * server.load.value_bytes:
        raise RuntimeError(f"{server.name} answers {value!r:.100} to a GET")
