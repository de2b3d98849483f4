"""Random transactions against a simple model: every answer, the state in the end, and what a watch told meanwhile.

A failure names its seed; SEED=... in the environment plays it again, STEPS=... for longer than usual.
"""
import itertools
import json
import os
import random
import time

import memstore
from client import Client, Follower, Watch, data, key_path, query, text
from generator import Generator
from model import ANYTHING, Ledger, Model, Moment, Transaction, resolve, same

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
STEPS = int(os.environ.get("STEPS") or 200)


class Differs(AssertionError):
    pass


def require(condition, what, *facts):
    if not condition:
        raise Differs("\n  ".join([what, *(f"{fact!r}"[:4000] for fact in facts)]))


class Round:
    """One server and one model, which are asked the same."""

    def __init__(self, server, seed):
        self.rng = random.Random(seed)
        self.port = server.port
        self.client = Client(server.port)
        self.model = Model()
        self.generator = Generator(self.rng, self.model)
        self.latest = 0  # the latest version that any answer told
        self.followers = []

    def close(self):
        self.client.close()
        for follower in self.followers:
            follower.close()

    def follow(self, **parameters):
        watch = Watch(self.port, **parameters)
        require(watch.status == 200, "a watch", watch.status)
        self.followers.append(Follower(watch))
        return self.followers[-1]

    def play(self, steps):
        everything = self.follow(**{"from": 0})
        self.mark(b"first")
        everything.wait_for(lambda: any(event.kind != "progress" for event in everything.events()))
        some = self.follow(**{"prefix": b"ab", "from": self.latest})
        self.walk(steps // 2)
        self.mark(b"half")
        state = {key: entry.value for key, entry in self.model.state.items()}
        late = self.follow(**{"from": 0})
        late.wait_for(late.events)
        self.walk(steps - steps // 2)
        last = self.mark(b"ab/last")
        everything.wait_for(lambda: self.ledger(everything.events()).is_complete)
        # Keys still expire after the last mark, and nothing says which watch has told of it yet.
        told = [event for event in everything.until(last) if event.kind == "commit" and event.version <= last]
        self.compare_replays(told, last)
        self.compare_prefix(told, some.until(last), b"ab", last)
        self.compare_late(told, late.until(last), state, last)

    def walk(self, steps):
        for _ in range(steps):
            self.step()
        self.let_expire()
        self.compare_state()

    def mark(self, key):
        """A commit of its own. @return its version"""
        self.transact(Transaction([{"cmd_type": "set", "key": key, "value": b"here"}]))
        return self.latest

    def step(self):
        kind = self.rng.random()
        if kind < 0.75:
            self.transact(self.generator.transaction(self.now()))
        elif kind < 0.93:
            self.request_key(self.generator.key_request())
        elif kind < 0.98:
            self.scan_keys(*self.generator.key_scan())
        else:
            self.let_expire()

    @staticmethod
    def now():
        return Moment(time.monotonic(), time.monotonic())

    def asked(self, *request, **more):
        """@return the answer, and when it was on its way"""
        begin = time.monotonic()
        answer = self.client.ask(*request, **more)
        return answer, Moment(begin, time.monotonic())

    def transact(self, transaction):
        document = transaction.document()
        answer, moment = self.asked("POST", transaction.path, json.dumps(document))
        outcome = self.model.evaluate(transaction, moment)
        require(answer.status in outcome.statuses, "the status", document, outcome, answer)
        if answer.status == 200:
            require(answer.version, "no Memstore-Version", answer)
            self.learn(answer, outcome)
            known = answer.version if outcome.written else ANYTHING
            expected = {"results": resolve(transaction.wire(outcome.results), known)}
            if outcome.succeeded is not None:
                expected["succeeded"] = outcome.succeeded
            require(same(expected, answer.json), "the results", document, expected, answer.json)
            self.model.commit(outcome.written, answer.version)
        elif answer.status == 409:
            self.compare_failed(transaction, outcome, answer)
        else:
            self.compare_error(transaction, outcome, answer)
        return moment

    def learn(self, answer, outcome):
        """A commit has a new version, and none goes back. @return its version"""
        version = answer.version or answer.etag
        is_new = self.model.changes(outcome.written).is_needed
        if version is not None:
            require(answer.version in (None, version), "two versions", answer)
            require(version >= self.latest + is_new, "the version", self.latest, outcome, answer)
            self.latest = version
        return version

    def compare_failed(self, transaction, outcome, answer):
        expected = []
        for index, key, actual, is_bound in outcome.failed:
            if actual not in (ANYTHING, None):
                actual = transaction.wire({"value": actual.value, "version": actual.version})
            expected.append(
                {"command": ANYTHING if index is None else index, "key": transaction.wire(key)}
                | {"expected": ANYTHING, "actual": actual}
            )
        body = answer.json
        require((body["error"], body["code"]) == ("check failed", "check_failed"), "the error", body)
        for failed in body["failed"]:  # Silent: which branch the command is counted in.
            branch = failed.pop("branch", None)
            require((branch is None) == (transaction.condition is None), "the branch", transaction, branch)
        if any(is_bound for *_, is_bound in outcome.failed) or outcome.errors:
            # Silent: how far a transaction is evaluated of which a command could not be.
            is_known = all(any(same(one, failed) for one in expected) for failed in body["failed"])
            require(body["failed"] and is_known, "the failed checks", transaction, expected, body)
        else:
            require(same(expected, body["failed"]), "the failed checks", transaction, expected, body)

    def compare_error(self, transaction, outcome, answer):
        index, codes = outcome.errors[0]
        body = answer.json
        require(isinstance(body["error"], str) and body["code"] in codes, "the error", transaction, outcome, body)
        require(index is None or body["command"] == index, "the command", transaction, outcome, body)

    def request_key(self, request):
        path = key_path(request.key, self.generator.safe_characters())
        if request.ttl_ms is not None:
            path += f"?ttl_ms={request.ttl_ms}"
        answer, moment = self.asked(request.method, path, request.value, headers=request.headers())
        outcome = self.model.evaluate_request(request, moment)
        facts = (request, path, outcome, answer)
        require(answer.status in outcome.statuses, "the status", *facts)
        entry = self.model.state.get(request.key)
        if request.method in ("GET", "HEAD") and entry is not None:
            require(answer.etag == entry.version, "the ETag", *facts)
            if answer.status == 200:
                self.compare_resource(request, answer, entry, moment, facts)
        if answer.status == 412 and entry is not None:
            require(answer.etag == entry.version, "the current ETag", *facts)
        if outcome.written:
            require(request.method == "DELETE" or answer.etag, "no ETag", *facts)
            self.model.commit(outcome.written, self.learn(answer, outcome))

    def compare_resource(self, request, answer, entry, moment, facts):
        require(answer.body == (entry.value if request.method == "GET" else b""), "the value", *facts)
        require(answer.headers["Content-Length"] == str(len(entry.value)), "the length", *facts)
        left = answer.headers["Memstore-TTL-Ms"]
        expected = entry.deadline and entry.deadline.left_ms(moment)
        require(same(expected, left and int(left)), "the TTL", expected, *facts)

    def scan_keys(self, path, command):
        answer, moment = self.asked("GET", path)
        transaction = Transaction([command])
        (expected,) = transaction.wire(self.model.evaluate(transaction, moment).results)
        require(answer.status == 200, "the status", path, answer)
        require(same(expected, answer.json), "the result", path, expected, answer.json)

    def let_expire(self):
        transaction, lives = self.generator.short_lives()
        moment = self.transact(transaction)
        for key, ttl_ms in sorted(lives.items(), key=lambda life: life[1]):
            time.sleep(max(0, moment.end + (ttl_ms + 2) / 1000 - time.monotonic()))
            self.model.expire(key)
        gone = [{"cmd_type": kind, "key": key} for key in lives for kind in ("get", "exists", "entry")]
        self.transact(Transaction(gone + [{"cmd_type": "scan", "prefix": b""}]))

    def compare_state(self):
        """Everything, by pages of a scan, forwards and backwards, and by an export."""
        for is_backwards in (False, True):
            found, after = [], {}
            while after is not None:
                scan = {"cmd_type": "scan", "prefix": "", "limit": 7, "reverse": is_backwards} | after
                page = self.client.execute(scan, encoding="base64").json["results"][0]
                found += page["entries"]
                after = None if page["next"] is None else {"after": page["next"]}
            expected = [
                {"key": text(key, True), "value": text(entry.value, True), "version": entry.version}
                for key, entry in sorted(self.model.state.items(), reverse=is_backwards)
            ]
            require(found == expected, "the state", is_backwards, found, expected)
        for prefix in (b"", b"a", b"\xff"):
            self.compare_export(prefix)

    def compare_export(self, prefix):
        answer = self.client.ask("GET", "/v1/export" + query(prefix=prefix))
        require(answer.status == 200, "an export", answer)
        require(answer.version >= self.latest, "the version", self.latest, answer.version)
        *lines, end = map(json.loads, answer.body.splitlines())
        require(end == {"end": True, "count": len(lines)}, "the end", end, len(lines))
        exported = {data(line["key"]): line for line in lines}
        require(len(exported) == len(lines), "a key twice", lines)
        expected = self.model.lines(prefix)
        require(same(expected, exported), "the export", prefix, expected, exported)

    def ledger(self, events):
        """What is left when these events are held against the model: every commit, its version, its exact changes."""
        told = [event for event in events if event.kind != "progress"]
        history = list(self.model.history)
        while told[0].kind == "snapshot":  # the first commit may be there before the watch
            snapshot = told.pop(0)
            if snapshot.changes:
                require(snapshot.changes == history.pop(0).changes, "the snapshot", snapshot)
        ledger, version = Ledger(history), 0
        for event in told:
            require(event.kind == "commit" and event.identity == str(event.version), "an event", event)
            require(event.version > version, "versions in order", version, event)
            version = event.version
            ledger.follow(event)
        return ledger

    def compare_replays(self, told, last):
        """The history from any version on, told again."""
        for place in self.rng.sample(range(len(told) - 1), 3):
            with Watch(self.port, **{"from": told[place].version}) as watch:
                require(watch.status == 200, "a watch", watch.status)
                self.compare_events(told[place + 1 :], watch.until(last))
        with Watch(self.port, last_event_id=told[place].version, **{"from": told[place + 1].version}) as watch:
            self.compare_events(told[place + 1 :], watch.until(last))

    def compare_prefix(self, told, events, prefix, last):
        """Only what touches the prefix, and that whole."""
        wanted = []
        for event in told:
            changes = {key: change for key, change in self.facts(event).items() if key.startswith(prefix)}
            if changes:
                wanted.append((event.version, changes))
        found = [(event.version, self.facts(event)) for event in events if event.kind == "commit" and event.version <= last]
        require(wanted == found, "the prefix", wanted, found)

    def compare_late(self, told, events, state, last):
        """The state of its moment, then every commit after it."""
        snapshots = [event for event in events if event.kind == "snapshot"]
        versions = {event.version for event in snapshots}
        require(len(versions) == 1, "a snapshot of one version", versions)
        found = {key: value for event in snapshots for key, value in event.changes.items()}
        require(found == state, "the snapshot", found, state)
        (version,) = versions
        self.compare_events(
            [event for event in told if version < event.version],
            [event for event in events if event.kind == "commit" and event.version <= last],
        )

    def compare_events(self, expected, found):
        expected = [(event.version, self.facts(event)) for event in expected]
        found = [(event.version, self.facts(event)) for event in found if event.kind != "progress"]
        alike = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(expected, found)))
        require(expected == found, f"the events after {alike} alike", expected[alike:], found[alike:])

    @staticmethod
    def facts(event):
        return {key: (value, event.causes[key]) for key, value in event.changes.items()}


class ModelTest(memstore.Case):
    def play(self, nodes, partitions):
        server = self.serve("-p0", f"--nodes={nodes}", f"--partitions={partitions}", "--watch.history=256MiB")
        seed = f"{SEED} {nodes} {partitions}"
        played = Round(server, seed)
        self.addCleanup(played.close)
        try:
            played.play(STEPS)
        except Exception as error:
            raise AssertionError(f"SEED={SEED} STEPS={STEPS} after {len(played.model.history)} commits") from error

    def test_one_partition(self):
        self.play(nodes=1, partitions=1)

    def test_one_node(self):
        self.play(nodes=1, partitions=271)

    def test_few_partitions(self):
        self.play(nodes=4, partitions=7)

    def test_as_by_default(self):
        self.play(nodes=4, partitions=271)

    def test_many_nodes(self):
        self.play(nodes=16, partitions=271)


if __name__ == "__main__":
    memstore.main()
