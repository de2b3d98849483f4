"""A server under attack, with honest clients beside the attackers: what must be true of it meanwhile and afterwards."""
import contextlib
import json
import os
import random
import subprocess
import threading
import time

import client
import hostile
import memstore

SETTLING = 30  # seconds within which the server has let go of those who left
GROWTH_MAX = 16 * 2**20  # bytes, from one moment in which nobody asks anything to another


class Worker:
    """Does the same again and again in a thread of its own, from start() to stop(), or until something is wrong."""

    def __init__(self, name):
        self.name = name
        self.done = 0
        self.fault = None

    def start(self):
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.stopped.is_set():
                self.step()
                self.done += 1
        except Exception as fault:  # whatever it is, it is reported
            self.fault = f"{self.name}: {type(fault).__name__}: {fault}"

    def stop(self):
        self.stopped.set()
        self.thread.join()


class Attacker(Worker):
    def __init__(self, attack, is_judged, target):
        super().__init__(attack.__name__)
        self.attack = attack
        self.is_judged = is_judged
        self.target = target
        self.answered = 0

    def step(self):
        with contextlib.suppress(ConnectionError):
            self.answered += bool(self.attack(self.target))


class Honest(Worker):
    """Has keys of its own, and knows what each must hold. It keeps its connection."""

    def __init__(self, server, token, number, seed):
        super().__init__(f"honest-{number}")
        self.number = number
        self.random = random.Random(seed)
        self.fields = {"Authorization": "Bearer " + token}
        self.client = client.Client(server.port)
        self.known = {}
        self.times = []

    def step(self):
        key = f"h/{self.number}/{self.random.randrange(50)}"
        began = time.monotonic()
        self.random.choice([self.read, self.write, self.count, self.remove])(key)
        self.times.append(time.monotonic() - began)
        time.sleep(0.002)

    def stop(self):
        super().stop()
        self.client.close()

    def ask(self, method, path, body=None):
        answer = self.client.ask(method, path, body, self.fields)
        assert answer.headers["Connection"] is None, f"{method} {path} ends the connection: {answer}"
        return answer

    def read(self, key):
        answer = self.ask("GET", "/v1/keys/" + key)
        expected = self.known.get(key)
        right = answer.status == 404 if expected is None else (answer.status, answer.body) == (200, expected)
        assert right, f"{key} is {expected!r}: {answer}"

    def write(self, key):
        value = self.random.randbytes(self.random.randrange(1000))
        answer = self.ask("PUT", "/v1/keys/" + key, value)
        assert answer.status == (204 if key in self.known else 201), f"PUT {key}: {answer}"
        self.known[key] = value

    def count(self, key):
        number = self.random.randrange(1000)
        commands = [
            {"cmd_type": "set", "key": key, "value": str(number)},
            {"cmd_type": "incr", "key": key, "by": 5},
            {"cmd_type": "get", "key": key},
        ]
        answer = self.ask("POST", "/v1/execute", json.dumps({"commands": commands}))
        expected = [str(number), number + 5, str(number + 5)]
        assert answer.status == 200 and answer.json == {"results": expected}, f"{commands}: {answer}"
        self.known[key] = str(number + 5).encode()

    def remove(self, key):
        answer = self.ask("DELETE", "/v1/keys/" + key)
        assert answer.status == (404 if self.known.pop(key, None) is None else 204), f"DELETE {key}: {answer}"


class Newcomer(Honest):
    """The same with a connection for each request, which may find no room."""

    def __init__(self, server, token, number, seed):
        super().__init__(server, token, number, seed)
        self.port = server.port
        self.turned_away = 0

    def ask(self, method, path, body=None):
        while True:
            with contextlib.suppress(ConnectionError), client.Client(self.port) as one:
                answer = one.ask(method, path, body, self.fields)
                if answer.status != 503:
                    return answer
                assert answer.json["code"] == "too_many_connections", f"{method} {path}: {answer}"
                assert answer.headers["Retry-After"], f"{method} {path}: {answer}"
            self.turned_away += 1
            time.sleep(0.05)


class Soak:
    """Attacks a server for a time. run() raises AssertionError where it does not withstand."""

    def __init__(self, server, honest_token, hostile_token, seed, judges_memory=True):
        self.server = server
        self.judges_memory = judges_memory
        self.lasting = [Honest(server, honest_token, number, seed + number) for number in range(3)]
        self.newcomers = [Newcomer(server, honest_token, number, seed + number) for number in range(3, 5)]
        self.honest = self.lasting + self.newcomers
        self.attackers = [
            Attacker(attack, is_judged, hostile.Target(server, hostile_token, seed + number))
            for number, (attack, is_judged) in enumerate(hostile.ATTACKS)
        ]
        self.files_before = self.files()
        self.memory_before = self.peak = server.resident_bytes()

    def run(self, seconds, tell=print):
        """@param tell  is given a line now and then"""
        self.attack(seconds / 2, tell)
        first = self.settle()
        self.attack(seconds / 2, tell)
        last = self.settle()
        mib = 2**20
        tell(
            f"resident memory: {self.memory_before / mib:.1f} MiB at the start, {self.peak / mib:.1f} at most, "
            f"{first / mib:.1f} after one half, {last / mib:.1f} after the other; file descriptors: {self.files_before}"
        )
        if self.judges_memory:
            grown = self.peak - self.memory_before
            assert grown <= hostile.MEMORY_MAX, f"it grew by {grown} bytes, with limits of {hostile.MEMORY_MAX}"
            assert last - first <= GROWTH_MAX, f"it grows: {first} bytes after one half, {last} after the other"

    def attack(self, seconds, tell):
        everybody = self.honest + self.attackers
        until = time.monotonic() + seconds
        answered_before = {one: one.answered for one in self.attackers if one.is_judged}
        next_told = time.monotonic() + 60
        for one in everybody:
            one.start()
        try:
            # A machine that has much to do takes longer until each of them has come to something.
            while time.monotonic() < until or (
                time.monotonic() < until + memstore.PATIENCE
                and any(one.answered == before for one, before in answered_before.items())
            ):
                time.sleep(0.1)
                self.check(everybody)
                if time.monotonic() > next_told:
                    next_told += 60
                    tell(self.summary())
        finally:
            for one in everybody:
                one.stopped.set()
            for one in everybody:
                one.stop()
        self.check(everybody)
        tell(self.summary())
        for one in everybody:
            assert one.done > 0, f"{one.name} has come to nothing"
        for one, before in answered_before.items():
            assert one.answered > before, f"{one.name} was never answered"
        self.check_nothing_was_smuggled()

    def check_nothing_was_smuggled(self):
        with client.Client(self.server.port) as one:
            answer = one.ask("GET", "/v1/keys/x/smuggled", headers=self.newcomers[0].fields)
            assert answer.status == 403, f"the honest may not look there: {answer}"
            fields = {"Authorization": "Bearer " + self.attackers[0].target.token}
            answer = one.ask("GET", "/v1/keys/x/smuggled", headers=fields)
            assert answer.status == 404, f"a request was smuggled in: {answer}"

    def check(self, everybody):
        assert self.server.process.poll() is None, f"memstore has ended: {self.server.log()}"
        faults = [one.fault for one in everybody if one.fault]
        assert not faults, "\n".join(faults)
        self.peak = max(self.peak, self.server.resident_bytes())

    def settle(self):
        """@return the resident memory when all who were there have left"""
        deadline = time.monotonic() + SETTLING
        while self.files() > self.files_before:
            assert time.monotonic() < deadline, f"{self.files()} file descriptors, {self.files_before} at the start"
            time.sleep(0.1)
        return self.server.resident_bytes()

    def files(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def summary(self):
        times = sorted(moment for one in self.lasting for moment in one.times)
        right = sum(one.done for one in self.honest)
        turned_away = sum(one.turned_away for one in self.newcomers)
        at = [1000 * times[int(part * (len(times) - 1))] for part in (0.5, 0.99, 1)]
        attacks = [f"{one.name} {one.done}" + f"/{one.answered}" * one.is_judged for one in self.attackers]
        return (
            f"{right} honest answers right, {turned_away} newcomers turned away; "
            f"p50 {at[0]:.1f} ms, p99 {at[1]:.1f}, max {at[2]:.1f}; attacks/judged answers: {', '.join(attacks)}"
        )


def start(folder):
    """A server with tight limits, and the secrets of one who is honest and one who is not."""
    secrets = []
    with open(os.path.join(folder, "tokens.yaml"), "w", opener=private) as file:
        for name, prefix in (("honest", "h/"), ("hostile", "x/")):
            secret, line = new_token(folder, name)
            secrets.append(secret)
            file.write(line.replace('[""]', json.dumps([prefix])) + "\n")
    return memstore.Server(folder, *hostile.OPTIONS), *secrets


def private(path, flags):
    return os.open(path, flags, 0o600)


def new_token(folder, name):
    done = subprocess.run(
        [memstore.BINARY, "token", "new", name], cwd=folder, env=memstore.environment(), stdout=subprocess.PIPE, check=True
    )
    return [line for line in done.stdout.decode().splitlines() if not line.startswith("#")]
