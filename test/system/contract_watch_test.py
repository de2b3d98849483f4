"""What the wire contract says of watching, sentence by sentence."""
import contextlib
import time

import memstore
from client import Watch
from contract import Contract, command, encoded, get, put


class Watching(Contract):
    @contextlib.contextmanager
    def watch(self, client, last_event_id=None, **parameters):
        names = {name.rstrip("_"): value for name, value in parameters.items()}
        with Watch(client.port, last_event_id, **names) as watch:
            self.assertEqual(watch.status, 200)
            yield watch

    def assert_events(self, events, *expected):
        """Commits and nothing else, as (version, changes)."""
        events = [event for event in events if event.kind != "progress"]
        self.assertEqual([(event.kind, event.version) for event in events], [("commit", v) for v, _ in expected])
        self.assertEqual([event.identity for event in events], [str(version) for version, _ in expected])
        self.assertEqual([event.changes for event in events], [changes for _, changes in expected])

    def test_methods(self):
        with self.store() as client:
            self.assert_methods(client, "POST", "/v1/watch", ("GET",))

    def test_each_transaction_is_one_event(self):
        with self.store() as client:
            first = self.fill(client, put("a", "1"))
            with self.watch(client, from_=first) as watch:
                self.assertEqual(watch.headers["Content-Type"].partition(";")[0], "text/event-stream")
                second = self.fill(client, put("a", "2"), put("b", "\u20ac"), put("a", "3"))
                client.execute(get("a"))
                client.execute(put("x"), dry_run=True)
                client.execute(put("x"), command("check", "x", exists=False))
                third = self.fill(client, command("del", "a"), command("incr", "n"), command("append", "b", value="!"))
                fourth = client.ask("PUT", "/v1/keys/k", b"\xff").etag
                self.assertEqual(client.ask("DELETE", "/v1/keys/k").status, 204)
                last = self.fill(client, command("delrange", prefix="b"))
                *events, deleted, end = watch.until(last)
            self.assert_events(
                [*events, end],
                (second, {b"a": b"3", b"b": "\u20ac".encode()}),
                (third, {b"a": None, b"n": b"1", b"b": "\u20ac!".encode()}),
                (fourth, {b"k": b"\xff"}),
                (last, {b"b": None}),
            )
            self.assertEqual(deleted.changes, {b"k": None})
            self.assertTrue(fourth < deleted.version < last)

    def test_an_event_is_never_split(self):
        with self.store("--nodes=16") as client:
            first = self.fill(client, put("z"))
            with self.watch(client, from_=first) as watch:
                second = self.fill(client, *(put(f"k{number}") for number in range(5000)))
                third = self.fill(client, command("delrange", prefix="k"))
                expected = {f"k{number}".encode() for number in range(5000)}
                self.assert_events(
                    watch.until(third), (second, dict.fromkeys(expected, b"v")), (third, dict.fromkeys(expected))
                )

    def test_values_in_an_event_are_as_in_an_answer(self):
        with self.store() as client:
            first = self.fill(client, put("z"))
            second = self.fill(client, put(encoded(b"\xff"), encoded(b"\xfe")), put("YQ==", "YQ=="), encoding="base64")
            with self.watch(client, from_=first) as watch:
                (event,) = watch.until(second)
            listed = sorted(event.data["changes"], key=str)
            binary = {"key": {"base64": encoded(b"\xff")}, "value": {"base64": encoded(b"\xfe")}}
            self.assertEqual((set(event.data), event.version), ({"version", "changes"}, second))
            self.assertEqual(listed, sorted([binary, {"key": "a", "value": "a"}], key=str))

    def test_from_is_exclusive_and_leaves_no_gap_and_no_duplicate(self):
        with self.store() as client:
            versions = [self.fill(client, put("a", str(number))) for number in range(50)]
            expected = [(version, {b"a": str(number).encode()}) for number, version in enumerate(versions)]
            for place in (0, 1, 25, 48):
                with self.watch(client, from_=versions[place]) as watch:
                    self.assert_events(watch.until(versions[-1]), *expected[place + 1 :])
                with self.watch(client, last_event_id=versions[place], from_=versions[-1]) as watch:
                    self.assert_events(watch.until(versions[-1]), *expected[place + 1 :])
            with self.watch(client, from_=versions[40]) as watch:
                early = watch.until(versions[-1])
                more = self.fill(client, put("b"))
                self.assert_events(early + watch.until(more), *expected[41:], (more, {b"b": b"v"}))

    def test_only_what_touches_the_prefix(self):
        with self.store() as client:
            first = self.fill(client, put("z"))
            with self.watch(client, prefix="a/", from_=first) as watch:
                self.fill(client, put("a"), put("b/1"))
                second = self.fill(client, put("a/1"), put("a/2"))
                self.fill(client, put("b"))
                third = self.fill(client, command("del", "a/1"))
                self.assert_events(watch.until(third), (second, {b"a/1": b"v", b"a/2": b"v"}), (third, {b"a/1": None}))

    def test_from_0_first_sends_the_present_state(self):
        keys = [f"k{number:04}" for number in range(3000)]
        with self.store() as client:
            self.fill(client, put("a"), put("gone"))
            version = self.fill(client, *map(put, keys), command("del", "gone"))
            for prefix, expected in (("", ["a", *keys]), ("k", keys)):
                with self.watch(client, prefix=prefix, from_=0) as watch:
                    events = iter(watch)
                    snapshot = {}
                    while len(snapshot) < len(expected):
                        event = next(events)
                        self.assertEqual((event.kind, event.version), ("snapshot", version))
                        snapshot |= event.changes
                    self.assertEqual(snapshot, {key.encode(): b"v" for key in expected})
                    version = self.fill(client, put("k0000"))
                    self.assert_events(watch.until(version), (version, {b"k0000": b"v"}))

    def test_from_0_of_an_empty_store(self):
        with self.store() as client, self.watch(client, from_=0) as watch:
            version = self.fill(client, put("a"))
            changes = {}
            for event in watch.until(version):
                self.assertIn(event.kind, ("snapshot", "commit"))
                changes |= event.changes
            self.assertEqual(changes, {b"a": b"v"})

    def test_expiry_is_a_commit_like_any_other(self):
        with self.store() as client:
            first = self.fill(client, put("z"))
            with self.watch(client, from_=first) as watch:
                second = self.fill(client, put("a", ttl_ms=50), put("b", ttl_ms=60))
                event, *expired = self.until_removed(watch, {b"a", b"b"})
            self.assert_events([event], (second, {b"a": b"v", b"b": b"v"}))
            for event in expired:
                self.assertEqual((event.kind, event.identity), ("commit", str(event.version)))
                self.assertGreater(event.version, second)
                self.assertEqual(set(event.causes.values()), {"expired"})
            versions = [event.version for event in expired]
            self.assertEqual(versions, sorted(set(versions)))
            self.assertGreater(self.fill(client, put("z")), versions[-1])

    def until_removed(self, watch, keys):
        events = []
        deadline = time.monotonic() + memstore.PATIENCE
        for event in watch:
            self.assertLess(time.monotonic(), deadline, events)
            if event.kind != "progress":
                events.append(event)
                keys = keys - {key for key, value in event.changes.items() if value is None}
            if not keys:
                return events
        raise AssertionError(f"the stream ended: {events}")

    def test_only_what_has_a_cause_tells_one(self):
        with self.store() as client:
            first = self.fill(client, put("a"))
            with self.watch(client, from_=first) as watch:
                last = self.fill(client, command("del", "a"), put("b"))
                (event,) = watch.until(last)
            self.assertEqual(set(event.causes.values()), {None})

    def test_progress_is_told_in_silence(self):
        with self.store() as client:
            first = self.fill(client, put("a"))
            with self.watch(client, prefix="nothing", from_=first) as watch:
                second = self.fill(client, put("b"))
                event = next(iter(watch))
                self.assertEqual((event.kind, event.identity), ("progress", None))
                self.assertGreaterEqual(event.version, second)
                told = event.version
                third = self.fill(client, put("nothing"))
                self.assertGreater(third, told)
                self.assert_events(watch.until(third), (third, {b"nothing": b"v"}))

    def test_a_slow_reader_is_cut_off_and_can_resume(self):
        value = "v" * (1 << 20)
        with self.store("--timeouts.request=600s", "--watch.history=16MiB") as client:  # nobody else waits until it reads
            first = self.fill(client, put("first"))
            with self.watch(client, from_=first) as watch:
                versions = [self.fill(client, put("a", value)) for _ in range(100)]
                told = self.read_on(watch, [])  # only now it reads
            while told[-1:] != versions[-1:]:
                resumed = told[-1] if told else first
                with Watch(client.port, **{"from": resumed}) as watch:
                    if watch.status == 410:  # the history held is shorter than that
                        body = watch.refusal()
                        self.assertEqual(body["latest"], versions[-1])
                        self.assertGreater(body["oldest"], resumed)
                        break
                    told = self.read_on(watch, told, versions[-1])
                    self.assertGreater(told[-1], resumed)
            self.assertEqual(told, versions[: len(told)])

    def read_on(self, watch, told, last=None):
        """The versions of commits with those that this watch tells, until the last or an overrun."""
        for event in watch:
            if event.kind == "overrun":
                return told
            self.assertNotEqual(event.kind, "progress", "it was told everything, and never cut off")
            if event.kind == "commit":
                told = [*told, event.version]
            if event.kind == "commit" and event.version == last:
                return told
        raise AssertionError(f"the stream ended without an overrun after {told[-1:]}")

    def test_bad_parameters(self):
        with self.store() as client:
            for wrong in ("from=x", "from=-1", "from=1.5", "frm=1", "prefix=%zz"):
                with self.subTest(wrong):
                    self.assert_error(client.ask("GET", "/v1/watch?" + wrong), 400)


if __name__ == "__main__":
    memstore.main()
