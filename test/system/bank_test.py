"""A bank: while clients move money, nobody ever sees some appear or vanish, however they look.

SEED=... in the environment chooses the same transfers again (not their order in time), TRANSFERS=... more of them.
"""
import json
import os
import random
import threading

import memstore
from client import Client, Watch

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
ACCOUNTS = 1000
HOT_ACCOUNTS = 5
DEPOSIT = 100
TOTAL = ACCOUNTS * DEPOSIT
CLIENTS = 5
TRANSFERS = int(os.environ.get("TRANSFERS") or 100)  # of each client, each time
SCAN = {"cmd_type": "scan", "prefix": "account/", "limit": 10_000}


def account(number):
    return f"account/{number:04}"


def check(key, **what):
    return {"cmd_type": "check", "key": key} | what


def incr(key, by, **bounds):
    return {"cmd_type": "incr", "key": key, "by": by} | bounds


class Teller(threading.Thread):
    """One client's transfers, and what they came to. Each form of a transfer moves money or changes nothing."""

    def __init__(self, port, seed):
        super().__init__(daemon=True)
        self._port = port
        self._rng = random.Random(seed)
        self.moved = {}  # by account, what was added
        self.versions = []
        self.refused = 0
        self.error = None
        self.start()

    def run(self):
        forms = [self.checked, self.bounded, self.branched, self.compared, self.split]
        try:
            with Client(self._port) as self._client:
                for _ in range(TRANSFERS):
                    self._rng.choice(forms)(*self._choose())
        except BaseException as error:
            self.error = error

    def _choose(self):
        if self._rng.random() < 0.3:
            pair = self._rng.sample(range(HOT_ACCOUNTS), 2)
        else:
            pair = self._rng.sample(range(ACCOUNTS), 2)
        return account(pair[0]), account(pair[1]), self._rng.randint(1, DEPOSIT)

    def checked(self, source, target, amount):
        self._commit([check(source, min=amount), incr(source, -amount), incr(target, amount)])

    def bounded(self, source, target, amount):
        self._commit([incr(target, amount), incr(source, -amount, min=0)])

    def split(self, source, target, amount):
        other = account(self._rng.choice([n for n in range(10) if account(n) not in (source, target)]))
        part = self._rng.randint(0, amount)
        self._commit([incr(source, -amount, min=0), incr(target, part), incr(other, amount - part)])

    def branched(self, source, target, amount):
        document = {"if": [check(source, min=amount)], "then": [incr(source, -amount), incr(target, amount)]}
        answer = self._client.post(document)
        assert answer.status == 200, answer
        if answer.json["succeeded"]:
            self._note(document["then"], answer)
            assert answer.json["results"][0] >= 0, answer
        else:
            assert answer.json["results"] == [], answer
            self.refused += 1

    def compared(self, source, target, amount):
        """Reads both, then writes what it computed if nobody was there in between."""
        read = [{"cmd_type": "entry", "key": source}, {"cmd_type": "entry", "key": target}]
        entries = self._client.execute(*read).json["results"]
        for _ in range(20):
            (balance, version), (other, other_version) = [(int(e["value"]), e["version"]) for e in entries]
            if balance < amount:
                return
            checks = [check(source, version=version), check(target, version=other_version)]
            values = {source: balance - amount, target: other + amount}
            writes = [{"cmd_type": "set", "key": key, "value": str(value)} for key, value in values.items()]
            answer = self._client.execute(*checks, *writes)
            if answer.status == 200:
                self._note([incr(source, -amount), incr(target, amount)], answer)
                return
            assert answer.status == 409, answer
            for failed in answer.json["failed"]:  # fresh values: no read is needed
                entries[failed["command"]] = failed["actual"]
        self.refused += 1

    def _commit(self, commands):
        answer = self._client.execute(*commands)
        if answer.status == 200:
            self._note([command for command in commands if command["cmd_type"] == "incr"], answer)
        else:
            assert answer.status == 409 and answer.json["code"] == "check_failed", answer
            self.refused += 1

    def _note(self, increments, answer):
        for command in increments:
            self.moved[command["key"]] = self.moved.get(command["key"], 0) + command["by"]
        self.versions.append(answer.version)


class Auditor(threading.Thread):
    """Keeps a copy of the balances by a watch from 0 on, and resumes when it is cut off for being slow."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.balances = {}
        self.versions = []  # of commits
        self.snapshot_version = None
        self._port = port
        self._total = 0
        self._news = threading.Condition()
        self._error = None
        self._open(0)
        self.start()

    def _open(self, version):
        self._watch = Watch(self._port, **{"prefix": "account/", "from": version})
        if self._watch.status != 200:
            raise AssertionError(f"a watch from {version}: {self._watch.status} {self._watch.refusal()}")

    def run(self):
        try:
            while self._follow():
                self._watch.close()
                self._open(self.versions[-1])
            raise AssertionError("the stream ended")
        except BaseException as error:
            with self._news:
                self._error = error
                self._news.notify_all()

    def _follow(self):
        """Whether the stream ended by an overrun."""
        for event in self._watch:
            if event.kind == "overrun":
                return True
            if event.kind != "progress":
                self._apply(event)
        return False

    def _apply(self, event):
        with self._news:
            if event.kind == "snapshot":
                assert not self.versions and self.snapshot_version in (None, event.version), event
                self.snapshot_version = event.version
            else:
                latest = self.versions[-1] if self.versions else self.snapshot_version
                assert event.kind == "commit" and event.version > latest, f"{event} after {latest}"
                assert event.identity == str(event.version), event
                assert self._total == TOTAL, f"{self._total} before {event}"
                self.versions.append(event.version)
            self._take(event)
            assert event.kind == "snapshot" or self._total == TOTAL, f"{self._total} after {event}"
            self._news.notify_all()

    def _take(self, event):
        for key, value in event.changes.items():
            balance = int(value)
            assert balance >= 0, event
            self._total += balance - self.balances.get(key.decode(), 0)
            self.balances[key.decode()] = balance

    def wait_for(self, condition):
        with self._news:
            self._news.wait_for(lambda: self._error or condition(), memstore.PATIENCE)
            if not condition():
                raise AssertionError("the watch did not tell") from self._error

    def close(self):
        self._watch.end()
        self.join(memstore.PATIENCE)
        self._watch.close()


class Looker(threading.Thread):
    """Looks at everything, again and again, through a connection of its own."""

    def __init__(self, port, look):
        super().__init__(daemon=True)
        self._port = port
        self._look = look
        self._is_over = threading.Event()
        self.count = 0
        self.error = None
        self.start()

    def run(self):
        try:
            with Client(self._port) as client:
                while self.count == 0 or not self._is_over.wait(0.01):
                    self._look(client)
                    self.count += 1
        except BaseException as error:
            self.error = error

    def finish(self):
        """@throws what it met"""
        self._is_over.set()
        self.join(memstore.PATIENCE)
        if self.error or self.is_alive():
            raise AssertionError(f"after {self.count} looks: {self.error!r}") from self.error


class Bank(memstore.Case):
    def test_by_default(self):
        self.work("--threads=4")

    def test_one_partition(self):
        self.work("--nodes=1", "--partitions=1", "--threads=2")

    def test_many_nodes(self):
        self.work("--nodes=16", "--partitions=64", "--threads=3")

    def work(self, *arguments):
        server = self.serve("-p0", *arguments)
        client = Client(server.port)
        self.addCleanup(client.close)
        self.open_accounts(client)
        looks = (self.scanned, self.read, self.scanned_by_a_writer, self.exported)
        lookers = [Looker(server.port, look) for look in looks]
        auditors, tellers = [], []
        for _ in range(2):
            auditors.append(Auditor(server.port))
            self.addCleanup(auditors[-1].close)
            auditors[-1].wait_for(lambda: auditors[-1].snapshot_version)
            tellers += self.move(server.port)
        for looker in lookers:
            looker.finish()
        self.compare(self.scanned(client), tellers, auditors)

    def open_accounts(self, client):
        deposits = [{"cmd_type": "set", "key": account(n), "value": str(DEPOSIT)} for n in range(ACCOUNTS)]
        answer = client.execute(*deposits)
        self.assertEqual(answer.status, 200, answer)

    def move(self, port):
        """Transfers by several clients at a time."""
        self._moves = getattr(self, "_moves", 0) + 1
        tellers = [Teller(port, f"{SEED} {self._moves} {number}") for number in range(CLIENTS)]
        for teller in tellers:
            teller.join(3 * memstore.PATIENCE)
            if teller.error or teller.is_alive():
                raise AssertionError(f"SEED={SEED}: {teller.error!r}") from teller.error
        return tellers

    def assert_whole(self, balances):
        self.assertEqual(len(balances), ACCOUNTS)
        self.assertEqual(sum(balances.values()), TOTAL)
        self.assertGreaterEqual(min(balances.values()), 0)

    def scanned(self, client):
        answer = client.execute(SCAN)
        self.assertEqual(answer.status, 200, answer)
        (found,) = answer.json["results"]
        self.assertIsNone(found["next"])
        balances = {entry["key"]: int(entry["value"]) for entry in found["entries"]}
        self.assert_whole(balances)
        self.assertLessEqual(max(entry["version"] for entry in found["entries"]), answer.version)
        return balances

    def scanned_by_a_writer(self, client):
        answer = client.execute(SCAN, {"cmd_type": "set", "key": "audit", "value": "done"})
        self.assertEqual(answer.status, 200, answer)
        self.assert_whole({entry["key"]: int(entry["value"]) for entry in answer.json["results"][0]["entries"]})

    def read(self, client):
        keys = random.sample([account(number) for number in range(ACCOUNTS)], ACCOUNTS)
        answer = client.execute(*({"cmd_type": "get", "key": key} for key in keys))
        self.assertEqual(answer.status, 200, answer)
        self.assert_whole(dict(zip(keys, map(int, answer.json["results"]))))

    def exported(self, client):
        answer = client.ask("GET", "/v1/export?prefix=account/")
        self.assertEqual(answer.status, 200, answer)
        *lines, end = map(json.loads, answer.body.splitlines())
        self.assertEqual(end, {"end": True, "count": len(lines)})
        self.assert_whole({line["key"]: int(line["value"]) for line in lines})
        self.assertLessEqual(max(line["version"] for line in lines), answer.version)

    def compare(self, final, tellers, auditors):
        """What the clients did, what is there, and what the watch told, are one."""
        expected = {account(number): DEPOSIT for number in range(ACCOUNTS)}
        for teller in tellers:
            for key, amount in teller.moved.items():
                expected[key] += amount
        self.assertEqual(final, expected)
        versions = sorted(version for teller in tellers for version in teller.versions)
        self.assertEqual(len(versions), len(set(versions)))
        self.assertGreater(len(versions), CLIENTS * TRANSFERS // 2)
        self.assertGreater(sum(teller.refused for teller in tellers), 0)
        for auditor in auditors:
            auditor.wait_for(lambda: auditor.versions and auditor.versions[-1] >= versions[-1])
            self.assertEqual(auditor.balances, final)
            self.assertEqual(auditor.versions, [each for each in versions if each > auditor.snapshot_version])


if __name__ == "__main__":
    memstore.main()
