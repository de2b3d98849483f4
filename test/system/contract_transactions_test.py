"""What the wire contract says of transactions, sentence by sentence.

Each row of a table has a store of its own, and says what it tests.
"""
import json
import socket
import time

import memstore
from contract import AN_HOUR, HOUR_MS, INT64_MAX, INT64_MIN, JSON_TYPE, Contract
from contract import command, encoded, entry, failed, found, get, put, scan
from model import ANYTHING, ITS_VERSION, resolve


class Transactions(Contract):
    def test_results(self):
        many = [put(f"k{i}", f"v{i}") for i in range(2000)]
        self.run_commands(
            [
                ("the example", [], [put("foo", "bar"), get("foo")], ["bar", "bar"]),
                ("one result a command, in order", [], [get("a"), put("a", "1"), get("b")], [None, "1", None]),
                (
                    "commands see the effects of earlier ones",
                    [put("a", "old")],
                    [get("a"), put("a", "new"), get("a"), command("del", "a"), get("a"), command("incr", "a")],
                    ["old", "new", "new", True, None, 1],
                ),
                ("any number of keys and shards", [], many, [f"v{i}" for i in range(2000)]),
                ("an empty array is a valid, empty transaction", [], [], []),
                ("cmd_type is case-insensitive", [], [command("SET", "a", value="1"), command("gEt", "a")], ["1", "1"]),
            ]
        )

    def test_content_type_of_the_request_is_not_checked(self):
        with self.store() as client:
            body = json.dumps({"commands": [get("a")]})
            for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", "nonsense", ""):
                answer = client.ask("POST", "/v1/execute", body, headers={"Content-Type": kind})
                self.assert_results(answer, None)

    def test_content_type_of_answers(self):
        with self.store() as client:
            for body in ('{"commands": []}', "{", '{"commands": [{"cmd_type": "fly"}]}'):
                self.assertEqual(client.ask("POST", "/v1/execute", body).headers["Content-Type"], JSON_TYPE)

    def test_the_path_with_a_slash_behind_is_served_alike(self):
        with self.store() as client:
            self.assert_results(client.post({"commands": [put("a")]}, "/v1/execute/"), "v")

    def test_versions_start_at_1_and_never_repeat_or_go_back(self):
        with self.store() as client:
            versions = [client.execute(put(key)).version for key in "abcabc"]
            self.assertGreaterEqual(versions[0], 1)
            self.assertEqual(versions, sorted(set(versions)))
            read = client.execute(get("a"), get("b")).version
            self.assertGreaterEqual(read, versions[-1])
            self.assertGreater(client.execute(put("a")).version, read)

    def test_a_version_is_that_of_the_commit(self):
        with self.store() as client:
            for key in ("a", "b", "a"):
                version = client.execute(put(key)).version
                self.assert_results(client.execute(command("entry", key)), entry("v", version))

    def test_a_dry_run_answers_and_commits_nothing(self):
        commands = [put("a", "new"), get("a"), command("del", "b"), command("incr", "n")]
        dry_runs = (
            ("as a member", {"dry_run": True}, "/v1/execute"),
            ("in the query", {}, "/v1/execute?dry_run=true"),
        )
        for says, members, path in dry_runs:
            with self.store(says=says) as client:
                before = self.fill(client, put("a", "old"), put("b"))
                answer = client.post({"commands": commands} | members, path)
                self.assert_results(answer, "new", "new", True, 1)
                self.assertGreaterEqual(answer.version, before)
                after = client.execute(command("entry", "a"), get("b"), get("n"))
                self.assert_results(after, entry("old", before), "v", None)
        with self.store(says="false is no dry run") as client:
            self.assert_results(client.execute(put("a"), dry_run=False), "v")
            self.assert_results(client.post({"commands": [get("a")]}, "/v1/execute?dry_run=false"), "v")

    def test_unknown_members_are_rejected_and_named(self):
        rows = [
            ({"commands": [put("a")], "dryrun": True}, "dryrun"),
            ({"commands": [put("a")], "Encoding": "utf8"}, "Encoding"),
            ({"commands": [put("a") | {"valu": "x"}]}, "valu"),
            ({"commands": [command("get", "a", ttl_ms=5)]}, "ttl_ms"),
            ({"commands": [put("a"), {"cmd_type": "get", "Key": "a"}]}, "Key"),
            ({"commands": [command("incr", "a", bye=2)]}, "bye"),
            ({"commands": [command("entry", "a", by=2)]}, "by"),
            ({"commands": [command("scan", prefix="", limits=2)]}, "limits"),
            ({"commands": [command("count", prefix="", limit=2)]}, "limit"),
            ({"commands": [command("count", prefix="", after="a")]}, "after"),
            ({"commands": [command("delrange", prefix="", limit=2)]}, "limit"),
            ({"commands": [command("delrange", prefix="", after="a")]}, "after"),
            ({"commands": [command("check", "a", exists=True, equals=2)]}, "equals"),
        ]
        for document, name in rows:
            with self.store(says=name) as client:
                answer = client.post(document)
                self.assertEqual(answer.status, 400, answer)
                self.assertIn(name, answer.json["error"])
                self.assert_results(client.execute(get("a")), None)

    def test_key_and_value_are_tolerated_on_every_command(self):
        ranged = {"key": "", "value": "", "prefix": "x"}
        rows = [
            (command("get", "a", value=""), None),
            (command("del", "a", value=""), False),
            (command("exists", "a", value=""), False),
            (command("incr", "a", value=""), 1),
            (command("entry", "b", value=""), None),
            (command("expire", "b", value="", ttl_ms=5), False),
            (command("persist", "b", value=""), False),
            (command("scan", **ranged), {"entries": [], "next": None}),
            (command("count", **ranged), 0),
            (command("delrange", **ranged), 0),
        ]
        for one, result in rows:
            with self.store(says=one["cmd_type"]) as client:
                self.assert_results(client.execute(one), result)

    def test_nothing_is_replaced_silently(self):
        rows = [
            ("text after the document", b'{"commands": []} x'),
            ("another document after it", b'{"commands": []}{"commands": []}'),
            ("invalid UTF-8", b'{"commands": [{"cmd_type": "set", "key": "a", "value": "\xff"}]}'),
            ("an overlong form", b'{"commands": [{"cmd_type": "set", "key": "a", "value": "\xc0\x80"}]}'),
            ("a surrogate in UTF-8", b'{"commands": [{"cmd_type": "set", "key": "a", "value": "\xed\xa0\x80"}]}'),
            ("a lone high surrogate", b'{"commands": [{"cmd_type": "set", "key": "a", "value": "\\ud800"}]}'),
            ("a lone low surrogate", b'{"commands": [{"cmd_type": "set", "key": "a", "value": "\\udc00x"}]}'),
            ("surrogates swapped", b'{"commands": [{"cmd_type": "set", "key": "a", "value": "\\udc00\\ud800"}]}'),
            ("a lone surrogate in a key", b'{"commands": [{"cmd_type": "set", "key": "\\ud800", "value": ""}]}'),
        ]
        for says, body in rows:
            with self.store(says=says) as client:
                self.assertEqual(client.ask("POST", "/v1/execute", body).status, 400)
                self.assert_results(client.execute(command("get", "a")), None)
        with self.store(says="white space is no text") as client:
            self.assert_results(client.ask("POST", "/v1/execute", b' \n{"commands": []}\r\n\t '))

    def test_an_unknown_encoding_is_an_error(self):
        with self.store() as client:
            for encoding in ("hex", "", None, 1):
                self.assertEqual(client.execute(get("a"), encoding=encoding).status, 400, encoding)


class Bytes(Contract):
    def test_keys_and_values_are_byte_strings(self):
        longest = "k" * (64 << 10)
        self.run_commands(
            [
                ("a key of 0 bytes", [put("", "empty")], [get(""), command("exists", "")], ["empty", True]),
                ("a key of 64 KiB", [put(longest)], [get(longest), get(longest[1:])], ["v", None]),
                ("a NUL is a byte", [put("a\0b", "c\0d")], [get("a\0b"), get("a")], ["c\0d", None]),
                ("all of Unicode", [put("\u00e9", "\u20ac")], [get("\u00e9"), get("e\u0301")], ["\u20ac", None]),
                ("a long value", [put("a", "x" * (8 << 20))], [command("append", "a", value="y")], [(8 << 20) + 1]),
            ]
        )

    def test_a_key_over_64_kib(self):
        for says, members, unit in (("utf8", {}, "k"), ("base64", {"encoding": "base64"}, None)):
            with self.store(says=says) as client:
                key = "k" * 65537 if unit else encoded(b"k" * 65537)
                answer = client.execute(get(""), get(key), **members)
                self.assert_error(answer, 400, "bad_argument", command=1, limit=65536, actual=65537)

    def test_violations_of_limits_name_limit_actual_value_and_option(self):
        deep = '{"commands": ' + "[" * 40 + "]" * 40 + "}"
        rows = [
            ("body", b" " * ((16 << 20) + 1), "limits.body", 16 << 20, (16 << 20) + 1),
            ("commands", json.dumps({"commands": [get("a")] * 10_001}), "limits.commands", 10_000, ANYTHING),
            ("depth", deep, "limits.json-depth", 32, ANYTHING),
        ]
        for says, body, option, limit, actual in rows:
            with self.store(says=says) as client:
                answer = client.ask("POST", "/v1/execute", body)
                self.assertIn(answer.status, (400, 413))
                told = answer.json
                self.assert_same((option, limit, actual), (told["option"], told["limit"], told["actual"]))
                self.assertGreater(told["actual"], limit)
        with self.store(says="as many as allowed") as client:
            self.assertEqual(client.execute(*[get("a")] * 10_000).status, 200)

    def test_base64_is_every_key_and_value(self):
        in_base64 = {"encoding": "base64"}
        key, value = encoded(b"\xff\x00k"), encoded(b"\xfe")
        with self.store() as client:
            version = self.fill(client, put(key, value), **in_base64)
            answer = client.execute(
                put(encoded(b""), ""),
                get(key),
                command("entry", key),
                scan(prefix=encoded(b"\xff"), limit=1),
                scan(start=encoded(b""), end=encoded(b"\xff"), limit=1),
                scan(prefix="", after=encoded(b"\xff"), limit=1),
                command("check", key, value=value),
                command("append", key, value=value),
                get(key),
                **in_base64,
            )
            whole = found(key, value=value, version=version)
            empty = found("", value="", version=ITS_VERSION)
            self.assert_results(
                answer, "", value, entry(value, version), whole, empty, whole, True, 2, encoded(b"\xfe\xfe")
            )

    def test_base64_is_that_of_rfc_4648_section_4(self):
        with self.store() as client:
            self.assert_results(client.execute(put("+/8=", "AA=="), encoding="base64"), "AA==")
            for wrong in ("-_8=", "+/8", "+/8==", "+", "+/8=\n", " +/8=", "+/9="):
                answer = client.execute(put(wrong), encoding="base64")
                self.assertEqual(answer.status, 400, wrong)

    def test_what_is_no_utf8_comes_back_in_base64(self):
        with self.store() as client:
            version = self.fill(client, put(encoded(b"k\xff"), encoded(b"\xff\xfe")), encoding="base64")
            self.fill(client, put(encoded(b"l"), encoded(b"\xed\xa0\x80")), encoding="base64")
            value = {"base64": encoded(b"\xff\xfe")}
            listed = {"entries": [{"key": {"base64": encoded(b"k\xff")}, "value": value, "version": version}]}
            listed["next"] = ANYTHING
            answer = client.execute(get("l"), scan(prefix="k"), command("append", "l", value="!"))
            self.assert_results(answer, {"base64": encoded(b"\xed\xa0\x80")}, listed, 4)


class Commands(Contract):
    def test_get(self):
        self.run_commands(
            [
                ("string", [put("a", "1")], [get("a")], ["1"]),
                ("null when absent", [], [get("a")], [None]),
                ("an empty string is not absent", [put("a", "")], [get("a")], [""]),
            ]
        )

    def test_set(self):
        old = [put("a", "old", ttl_ms=HOUR_MS)]
        self.run_commands(
            [
                ("the value that was set", [], [put("a", "1"), put("a", "2"), get("a")], ["1", "2", "2"]),
                ("an absent value is empty", old, [command("set", "a"), get("a")], ["", ""]),
                ("with a TTL", [], [put("a", ttl_ms=HOUR_MS), command("entry", "a")],
                 ["v", entry("v", ITS_VERSION, AN_HOUR)]),
                ("an old TTL is cleared", old, [put("a"), command("entry", "a")], ["v", entry("v", ITS_VERSION)]),
                (
                    "unless it is kept",
                    old,
                    [put("a", keep_ttl=True), command("entry", "a")],
                    ["v", entry("v", ITS_VERSION, AN_HOUR)],
                ),
                ("keep_ttl of false", old, [put("a", keep_ttl=False), command("persist", "a")], ["v", False]),
                ("none to keep", [put("a")], [put("a", keep_ttl=True), command("persist", "a")], ["v", False]),
                ("another TTL", [put("a", ttl_ms=9_000_000_000)], [put("a", ttl_ms=HOUR_MS), command("entry", "a")],
                 ["v", entry("v", ITS_VERSION, AN_HOUR)]),
            ]
        )

    def test_del_and_exists(self):
        self.run_commands(
            [
                ("del: true if it existed", [put("a")], [command("del", "a"), command("del", "a")], [True, False]),
                ("it is gone", [put("a")], [command("del", "a"), get("a"), command("exists", "a")],
                 [True, None, False]),
                ("exists", [put("a", "")], [command("exists", "a"), command("exists", "b")], [True, False]),
            ]
        )

    def test_incr(self):
        self.run_commands(
            [
                ("the new integer, a number", [put("a", "41")], [command("incr", "a"), get("a")], [42, "42"]),
                ("absent counts as 0", [], [command("incr", "a"), command("incr", "b", by=-3)], [1, -3]),
                ("by", [put("a", "-5")], [command("incr", "a", by=10), command("incr", "a", by=-20)], [5, -15]),
                ("up to the bounds of an int64", [put("a", str(INT64_MAX - 1)), put("b", str(INT64_MIN + 1))],
                 [command("incr", "a"), command("incr", "b", by=-1), get("a")], [INT64_MAX, INT64_MIN, str(INT64_MAX)]),
                ("by an int64", [], [command("incr", "a", by=INT64_MIN), command("incr", "a", by=INT64_MAX)],
                 [INT64_MIN, -1]),
                ("keeps the TTL", [put("a", "1", ttl_ms=HOUR_MS)], [command("incr", "a"), command("entry", "a")],
                 [2, entry("2", ITS_VERSION, AN_HOUR)]),
                ("inside its bounds", [put("a", "5")],
                 [command("incr", "a", min=6, max=6), command("incr", "a", by=-6, min=0), command("incr", "a", max=1)],
                 [6, 0, 1]),
            ]
        )

    def test_incr_of_what_is_no_integer_aborts(self):
        for value in ("", "x", "1.5", "1e3", "12x", "9223372036854775808", "-9223372036854775809", "\u0661"):
            with self.store(says=value) as client:
                self.fill(client, put("a", value))
                answer = client.execute(put("b"), command("incr", "a"))
                body = self.assert_error(answer, 422, command=1, key="a")
                self.assertIn(body["code"], ("not_an_integer", "overflow"))
                self.assert_results(client.execute(get("a"), get("b")), value, None)

    def test_incr_that_overflows_aborts(self):
        rows = [(INT64_MAX, 1), (INT64_MIN, -1), (1, INT64_MAX), (-2, INT64_MIN), (INT64_MAX, INT64_MAX)]
        for value, by in rows:
            with self.store(says=f"{value} {by}") as client:
                self.fill(client, put("a", str(value)))
                answer = client.execute(put("b"), command("incr", "a", by=by))
                self.assert_error(answer, 422, "overflow", command=1, key="a")
                self.assert_results(client.execute(get("a"), get("b")), str(value), None)

    def test_incr_outside_its_bounds_aborts(self):
        for members in ({"by": -6, "min": 0}, {"by": 6, "max": 10}, {"min": 7, "max": 9}, {"min": 0, "max": 3}):
            with self.store(says=str(members)) as client:
                version = self.fill(client, put("a", "5"))
                answer = client.execute(put("b"), command("incr", "a", **members))
                expected = [failed(1, "a", {"value": "5", "version": version})]
                self.assert_error(answer, 409, "check_failed", failed=expected)
                self.assert_results(client.execute(get("a"), get("b")), "5", None)

    def test_append(self):
        self.run_commands(
            [
                ("the new length", [put("a", "12")], [command("append", "a", value="345"), get("a")], [5, "12345"]),
                ("in bytes", [put("a", "\u00e9")], [command("append", "a", value="\u20ac"), get("a")],
                 [5, "\u00e9\u20ac"]),
                ("to an absent key", [], [command("append", "a", value="x"), get("a")], [1, "x"]),
                ("nothing", [put("a", "x")], [command("append", "a", value=""), get("a")], [1, "x"]),
            ]
        )

    def test_entry(self):
        with self.store() as client:
            first = self.fill(client, put("a"), put("b", ttl_ms=HOUR_MS))
            second = self.fill(client, put("c", "w"))
            third = self.fill(client, command("incr", "n"), command("append", "m", value="x"))
            answer = client.execute(*(command("entry", key) for key in "abcnmz"))
            self.assert_results(
                answer,
                entry("v", first),
                entry("v", first, AN_HOUR),
                entry("w", second),
                entry("1", third),
                entry("x", third),
                None,
            )

    def test_expire_and_persist(self):
        lives = [put("a", ttl_ms=1000 * HOUR_MS)]
        expire = command("expire", "a", ttl_ms=HOUR_MS)
        self.run_commands(
            [
                ("expire: true if the key exists", [put("a")], [expire, command("entry", "a")],
                 [True, entry("v", ANYTHING, AN_HOUR)]),
                ("replaces a TTL", lives, [expire, command("entry", "a")], [True, entry("v", ANYTHING, AN_HOUR)]),
                ("false if not", [], [expire, get("a")], [False, None]),
                ("persist: true if a TTL was removed", lives, [command("persist", "a"), command("entry", "a")],
                 [True, entry("v", ANYTHING)]),
                ("false if there was none", [put("a")], [command("persist", "a"), get("a")], [False, "v"]),
                ("false if absent", [], [command("persist", "a")], [False]),
                ("true once", lives, [command("persist", "a"), command("persist", "a")], [True, False]),
            ]
        )

    def test_a_key_is_never_visible_after_its_deadline(self):
        with self.store() as client:
            self.fill(client, put("b", ttl_ms=HOUR_MS), put("a", "7", ttl_ms=50), command("expire", "b", ttl_ms=50))
            self.fill(client, put("c"))
            time.sleep(0.06)
            reads = [command(kind, key) for key in "ab" for kind in ("get", "exists", "entry")]
            answer = client.execute(*reads, scan(prefix=""), command("count", prefix=""))
            self.assert_results(answer, *[None, False, None] * 2, found("c"), 1)
            answer = client.execute(
                command("del", "a"),
                command("persist", "a"),
                command("expire", "b", ttl_ms=HOUR_MS),
                command("delrange", prefix="a"),
                command("check", "a", version=0),
                command("check", "b", exists=False),
                command("incr", "a"),
                command("append", "b", value="x"),
                command("entry", "a"),
                command("entry", "b"),
            )
            self.assert_results(
                answer, False, False, False, 0, True, True, 1, 1, entry("1", ITS_VERSION), entry("x", ITS_VERSION)
            )
            self.assertEqual(client.ask("GET", "/v1/keys/b").headers["Memstore-TTL-Ms"], None)

    def test_check_that_holds(self):
        with self.store() as client:
            version = self.fill(client, put("a", "5"), put("b", ""))
            holds = [
                command("check", "a", value="5"),
                command("check", "b", value=""),
                command("check", "a", exists=True),
                command("check", "z", exists=False),
                command("check", "a", version=version),
                command("check", "z", version=0),
                command("check", "a", min=5),
                command("check", "a", max=5),
                command("check", "a", min=-1, max=9),
                command("check", "a", min=INT64_MIN, max=INT64_MAX),
            ]
            for one in holds:
                with self.subTest(one):
                    self.assert_results(client.execute(one, put("c")), True, "v")
            self.assert_results(client.execute(put("y", "1"), command("check", "y", value="1")), "1", True)

    def test_check_that_fails_aborts_the_whole_transaction(self):
        fails = [
            command("check", "a", value="6"),
            command("check", "a", value=""),
            command("check", "a", exists=False),
            command("check", "a", version=0),
            command("check", "a", version=1_000_000),
            command("check", "a", min=6),
            command("check", "a", max=4),
            command("check", "a", min=6, max=9),
        ]
        absent = [
            command("check", "z", value=""),
            command("check", "z", exists=True),
            command("check", "z", version=1),
        ]
        with self.store() as client:
            version = self.fill(client, put("a", "5"))
            for one in fails + absent:
                with self.subTest(one):
                    answer = client.execute(put("c"), command("incr", "n"), one)
                    actual = {"value": "5", "version": version} if one["key"] == "a" else None
                    body = self.assert_error(answer, 409, "check_failed", failed=[failed(2, one["key"], actual)])
                    self.assertEqual(body["error"], "check failed")
                    after = client.execute(get("c"), get("n"), command("entry", "a"))
                    self.assert_results(after, None, None, entry("5", version))

    def test_all_failing_checks_are_told(self):
        with self.store() as client:
            first = self.fill(client, put("a", "1"))
            second = self.fill(client, put("b", "2"))
            answer = client.execute(
                command("check", "a", value="1"),
                command("check", "a", value="x"),
                put("c"),
                command("check", "b", version=first),
                command("check", "z", exists=True),
                command("check", "b", exists=True),
            )
            expected = [
                failed(1, "a", {"value": "1", "version": first}),
                failed(3, "b", {"value": "2", "version": second}),
                failed(4, "z", None),
            ]
            self.assert_error(answer, 409, "check_failed", failed=expected)
            answer = client.execute(command("check", encoded(b"a"), exists=False), encoding="base64")
            actual = {"value": encoded(b"1"), "version": first}
            self.assert_error(answer, 409, "check_failed", failed=[failed(0, encoded(b"a"), actual)])

    def test_check_has_exactly_one_condition(self):
        rows = [{}, {"exists": True, "version": 1}, {"exists": True, "min": 1}, {"version": 0, "max": 1}]
        for members in rows:
            with self.store(says=str(members)) as client:
                answer = client.execute(get("a"), command("check", "a", **members))
                self.assert_error(answer, 400, "bad_argument", command=1)

    def test_scan(self):
        letters = [put(key) for key in ("b", "a/2", "a", "c", "a/1", "")]
        every = ["", "a", "a/1", "a/2", "b", "c"]
        self.run_commands(
            [
                ("prefix", letters, [scan(prefix="a")], [found("a", "a/1", "a/2")]),
                ("an empty prefix is everything", letters, [scan(prefix="")], [found(*every)]),
                ("half-open", letters, [scan(start="a", end="b")], [found("a", "a/1", "a/2")]),
                ("start alone", letters, [scan(start="a/2")], [found("a/2", "b", "c")]),
                ("end alone", letters, [scan(end="a/1")], [found("", "a")]),
                ("nothing", letters, [scan(prefix="d"), scan(start="d"), scan(start="a", end="a")], [found()] * 3),
                ("after", letters, [scan(prefix="a", after="a/1"), scan(prefix="a", after="a/11")], [found("a/2")] * 2),
                ("after all", letters, [scan(prefix="a", after="a/2")], [found()]),
                ("limit and next", letters, [scan(prefix="a", limit=2)], [found("a", "a/1", next_="a/1")]),
                ("limit of all", letters, [scan(prefix="a", limit=3)], [found("a", "a/1", "a/2", next_=ANYTHING)]),
                ("next goes into after", letters, [scan(prefix="", limit=4, after="a/1")], [found("a/2", "b", "c")]),
                ("reverse", letters, [scan(prefix="", reverse=True)], [found(*reversed(every))]),
                ("reverse and half-open", letters, [scan(start="a", end="b", reverse=True)],
                 [found("a/2", "a/1", "a")]),
                ("reverse and after", letters, [scan(prefix="", reverse=True, after="a/1", limit=1)],
                 [found("a", next_="a")]),
                ("no reverse", letters, [scan(prefix="a", reverse=False, keys_only=False)], [found("a", "a/1", "a/2")]),
                ("bytewise", [put(key) for key in ("\u00e9", "z", "Z", "\U0001f600", "\uffee", "a\0", "a")],
                 [scan(prefix="")], [found("Z", "a", "a\0", "z", "\u00e9", "\uffee", "\U0001f600")]),
                ("own writes", letters, [put("a/3"), command("del", "a"), put("b", "w"), scan(start="a", end="b")],
                 ["v", True, "w", found("a/1", "a/2", "a/3")]),
            ]
        )

    def test_scan_has_versions(self):
        with self.store() as client:
            first, second = self.fill(client, put("a")), self.fill(client, put("b"))
            (listed,) = client.execute(scan(prefix="")).json["results"]
            self.assertEqual([one["version"] for one in listed["entries"]], [first, second])

    def test_scan_of_keys_only_has_no_values(self):
        with self.store() as client:
            self.fill(client, put("a", "secret"))
            answer = client.execute(scan(prefix="", keys_only=True))
            self.assertEqual([one["key"] for one in answer.json["results"][0]["entries"]], ["a"])
            self.assertNotIn(b"secret", answer.body)

    def test_scan_limits(self):
        keys = [f"{number:05}" for number in range(10_001)]
        with self.store() as client:
            for begin in range(0, len(keys), 5000):
                self.fill(client, *map(put, keys[begin : begin + 5000]))
            rows = [({}, 100), ({"limit": 1}, 1), ({"limit": 10_000}, 10_000)]
            for members, limit in rows:
                answer = client.execute(scan(prefix="", **members))
                self.assert_results(answer, found(*keys[:limit], next_=keys[limit - 1]))
            for limit in (10_001, -1, 1.5, "7", None):
                answer = client.execute(scan(prefix="", limit=limit))
                self.assert_error(answer, 400, "bad_argument", command=0)

    def test_paging_meets_every_key_once(self):
        keys = [f"{number}" for number in range(300)]
        with self.store("--nodes=16") as client:
            self.fill(client, *map(put, keys))
            for is_reverse in (False, True):
                after, met = {}, []
                while after is not None:
                    (page,) = client.execute(scan(prefix="", limit=7, reverse=is_reverse, **after)).json["results"]
                    met += [one["key"] for one in page["entries"]]
                    after = {"after": page["next"]} if page["next"] is not None else None
                self.assertEqual(met, sorted(keys, reverse=is_reverse))

    def test_count_and_delrange(self):
        letters = [put(key) for key in ("", "a", "a/1", "a/2", "b", "c")]
        ranges = [({"prefix": "a"}, 3), ({"prefix": ""}, 6), ({"start": "a/1", "end": "b"}, 2)]
        ranges += [({"start": "a/1", "end": "c"}, 3), ({"prefix": "d"}, 0), ({"start": "b"}, 2), ({"end": "b"}, 4)]
        rows = []
        for members, number in ranges:
            counted, removed = command("count", **members), command("delrange", **members)
            everything = command("count", prefix="")
            commands = [counted, removed, counted, removed, everything]
            rows.append((str(members), letters, commands, [number, number, 0, 0, 6 - number]))
        rows.append(("more than a page", [put(str(i)) for i in range(500)],
                     [command("count", prefix=""), command("delrange", prefix="1")], [500, 111]))
        self.run_commands(rows)

    def test_a_range_is_a_prefix_or_start_and_end(self):
        with self.store() as client:
            for kind in ("scan", "count", "delrange"):
                answer = client.execute(command(kind, prefix="a", start="a"))
                self.assert_error(answer, 400, "bad_argument", command=0)


class Failures(Contract):
    def test_the_errors_of_the_seed(self):
        rows = [
            ("commands missing", "{}", "empty request"),
            ("commands null", '{"commands": null}', "empty request"),
            ("unknown cmd_type", '{"commands": [{"cmd_type": "fly", "key": "a"}]}', "unknown command"),
            ("after one", '{"commands": [{"cmd_type": "set", "key": "a"}, {"cmd_type": "fly"}]}', "unknown command"),
        ]
        for says, body, error in rows:
            with self.store(says=says) as client:
                answer = client.ask("POST", "/v1/execute", body)
                self.assertEqual((answer.status, answer.json), (400, {"error": error}))
                self.assert_results(client.execute(get("a")), None)

    def test_malformed_json(self):
        bodies = (b"{", b"[1", b'{"commands": [}', b'{"commands" []}', b'{"commands": [],}', b"{'commands': []}")
        for body in bodies:
            with self.store(says=repr(body)) as client:
                answer = client.ask("POST", "/v1/execute", body)
                self.assertEqual(answer.status, 400, answer)
                self.assertRegex(answer.json["error"], r"^could not bind request: .*byte \d+")

    def test_bad_arguments(self):
        rows = [
            ("a key of a wrong type", command("get", 1)),
            ("a key of null", {"cmd_type": "get", "key": None}),
            ("no key", command("get")),
            ("no key to set", command("set", value="v")),
            ("a value of a wrong type", put("a", 1)),
            ("a TTL of a wrong type", put("a", ttl_ms="5")),
            ("half a millisecond", put("a", ttl_ms=0.5)),
            ("keep_ttl of a wrong type", put("a", keep_ttl="yes")),
            ("by of a wrong type", command("incr", "a", by="1")),
            ("half", command("incr", "a", by=0.5)),
            ("more than an int64", command("incr", "a", by=INT64_MAX + 1)),
            ("a bound of a wrong type", command("incr", "a", min="0")),
            ("a bound over an int64", command("check", "a", max=INT64_MAX + 1)),
            ("nothing to append", command("append", "a")),
            ("expire without a TTL", command("expire", "a")),
            ("exists of a wrong type", command("check", "a", exists=1)),
            ("a version of a wrong type", command("check", "a", version="1")),
            ("a negative version", command("check", "a", version=-1)),
            ("a prefix of a wrong type", scan(prefix=1)),
            ("reverse of a wrong type", scan(prefix="", reverse=1)),
            ("after of a wrong type", scan(prefix="", after=1)),
            ("no command to delete", command("del")),
            ("no key of an entry", command("entry")),
            ("no key to check", command("check", exists=True)),
        ]
        for says, wrong in rows:
            with self.store(says=says) as client:
                self.assert_error(client.execute(put("a"), get("a"), wrong), 400, "bad_argument", command=2)
                self.assert_results(client.execute(get("a")), None)

    def test_members_of_the_request_of_a_wrong_type(self):
        for document in ([], 1, "x", None, {"commands": {}}, {"commands": [1]}, {"commands": [], "dry_run": "yes"}):
            with self.store(says=str(document)) as client:
                answer = client.post(document)
                self.assertEqual(answer.status, 400, answer)
                self.assertIsInstance(answer.json["error"], str)

    def test_another_origin_is_kept_out(self):
        body = json.dumps({"commands": [put("a")]})
        with self.store() as client:
            foreign = {"Origin": "http://evil.example"}
            self.assert_error(client.ask("POST", "/v1/execute", body, headers=foreign), 403)
            self.assert_error(client.ask("PUT", "/v1/keys/a", b"x", headers=foreign), 403)
            self.assert_error(client.ask("GET", "/v1/keys/a", headers=foreign), 403)
            self.assert_error(client.ask("GET", "/v1/export", headers=foreign), 403)
            self.assert_results(client.execute(get("a")), None)
            own = {"Origin": f"http://127.0.0.1:{client.port}"}
            self.assertEqual(client.ask("POST", "/v1/execute", body, headers=own).status, 200)
        with self.store("--cors.allowed-origins=http://friend.example") as client:
            friend = {"Origin": "http://friend.example"}
            self.assertEqual(client.ask("POST", "/v1/execute", body, headers=friend).status, 200)

    def test_routes_and_methods(self):
        with self.store() as client:
            for path in ("/", "/v1", "/v1/nothing", "/v2/execute", "/v1/executes"):
                self.assert_error(client.ask("GET", path), 404)
            self.assert_methods(client, "GET", "/v1/execute", ("POST",))

    def test_a_request_that_does_not_arrive_in_time(self):
        with self.store("--timeouts.request=200ms") as client:
            with socket.create_connection(("127.0.0.1", client.port), memstore.PATIENCE) as connection:
                connection.sendall(b"POST /v1/execute HTTP/1.1\r\nHost: memstore\r\nContent-Length: 20\r\n\r\n{")
                head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 408 "), head)
            self.assertIn("code", json.loads(body))

    def test_what_is_too_long(self):
        rows = [
            ("body", 413, ("POST", "/v1/execute", b" " * 2000)),
            ("uri", 414, ("GET", "/v1/keys/" + "k" * 3000)),
            ("header", 431, ("GET", "/livez", None, {"X-Long": "x" * 9000})),
        ]
        for name, status, request in rows:
            with self.store("--limits.body=1KiB", "--limits.uri=2KiB", "--limits.header=8KiB", says=name) as client:
                body = self.assert_error(client.ask(*request), status, option=f"limits.{name}", limit=ANYTHING)
                self.assertGreater(body["actual"], body["limit"])

    def test_a_request_that_fails_changed_nothing(self):
        writes = [put("a", "new"), put("b"), command("incr", "n"), command("del", "c"), command("delrange", prefix="c")]
        last = [
            command("check", "a", value="x"),
            command("incr", "n", max=0),
            command("incr", "a"),
            command("fly", "a"),
            command("get", "a", bogus=1),
            command("get"),
        ]
        for one in last:
            with self.store(says=str(one)) as client:
                version = self.fill(client, put("a", "old"), put("c"))
                self.assertGreaterEqual(client.execute(*writes, one).status, 400)
                (listed,) = client.execute(scan(prefix="")).json["results"]
                expected = [("a", "old", version), ("c", "v", version)]
                self.assertEqual([(e["key"], e["value"], e["version"]) for e in listed["entries"]], expected)


class Branches(Contract):
    def run_branch(self, client, condition, then, *otherwise):
        document = {"if": condition, "then": then}
        return client.post(document | ({"else": otherwise[0]} if otherwise else {}))

    def assert_branch(self, answer, succeeded, *results):
        self.assertEqual(answer.status, 200, answer)
        results = [resolve(result, answer.version) for result in results]
        self.assert_same({"succeeded": succeeded, "results": results}, answer.json)

    def test_then_runs_when_every_check_holds(self):
        with self.store() as client:
            version = self.fill(client, put("a", "5"))
            condition = [
                command("check", "a", value="5"),
                command("check", "a", version=version),
                command("check", "a", min=1, max=9),
                command("check", "z", exists=False),
            ]
            answer = self.run_branch(client, condition, [command("incr", "a"), command("entry", "a")], [put("b")])
            self.assert_branch(answer, True, 6, entry("6", ITS_VERSION))
            self.assert_results(client.execute(get("a"), get("b")), "6", None)

    def test_otherwise_else_runs(self):
        fails = [
            [command("check", "a", value="x")],
            [command("check", "a", version=0)],
            [command("check", "a", max=4)],
            [command("check", "z", exists=True)],
            [command("check", "a", value="5"), command("check", "z", exists=True)],
        ]
        for condition in fails:
            with self.store(says=str(condition)) as client:
                self.fill(client, put("a", "5"))
                answer = self.run_branch(client, condition, [put("a", "then")], [put("b", "else"), get("b")])
                self.assert_branch(answer, False, "else", "else")
                self.assert_results(client.execute(get("a"), get("b")), "5", "else")

    def test_else_is_empty_by_default(self):
        with self.store() as client:
            answer = self.run_branch(client, [command("check", "a", exists=True)], [put("a")])
            self.assert_branch(answer, False)
            self.assert_results(client.execute(get("a")), None)

    def test_a_branch_is_one_atomic_transaction(self):
        with self.store() as client:
            absent = [command("check", "a", exists=False)]
            aborting = [put("a"), command("check", "b", exists=True)]
            self.assert_error(self.run_branch(client, absent, aborting), 409, "check_failed")
            aborting = [put("n", "x"), command("incr", "n")]
            self.assert_error(self.run_branch(client, absent, aborting), 422, "not_an_integer")
            self.assert_results(client.execute(get("a"), get("n")), None, None)

    def test_a_dry_run_of_a_branch(self):
        with self.store() as client:
            document = {"if": [command("check", "a", exists=False)], "then": [put("a")], "dry_run": True}
            self.assert_branch(client.post(document), True, "v")
            self.assert_results(client.execute(get("a")), None)

    def test_a_branch_in_base64(self):
        with self.store() as client:
            self.fill(client, put("a", "1"))
            condition = [command("check", encoded(b"a"), value=encoded(b"1"))]
            document = {"if": condition, "then": [get(encoded(b"a"))], "encoding": "base64"}
            self.assert_branch(client.post(document), True, encoded(b"1"))

    def test_in_place_of_commands(self):
        check = command("check", "a", exists=False)
        wrong = [
            {"commands": [], "if": [check], "then": []},
            {"if": [put("a")], "then": []},
            {"if": check, "then": []},
            {"if": [check], "then": {}},
            {"if": [check], "then": [command("fly")]},
            {"if": [check], "then": [], "else": [command("get", "a", bogus=1)]},
            {"commands": [], "else": []},
        ]
        for document in wrong:
            with self.store(says=str(document)) as client:
                self.assertEqual(client.post(document).status, 400)


if __name__ == "__main__":
    memstore.main()
