"""What memstore writes to its log, and what it never does."""
import base64
import json
import re

import memstore

STAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
ACCESS = re.compile(STAMP + r"info access method=(\S+) path=(\S+) status=(\d+) bytes=(\d+) us=\d+ id=[0-9a-f]{8}-[0-9a-f]+$")
SECRET = "s3cr3t"


class Logging(memstore.Case):
    def test_text_has_a_line_for_start_and_stop(self):
        server = self.serve("-p0", "--threads=2")
        server.stop()
        lines = server.log().splitlines()
        started = [line for line in lines if " info listening " in line]
        self.assertEqual(len(started), 1, lines)
        self.assertRegex(
            started[0],
            STAMP + rf"info listening address=127.0.0.1 port={server.port} nodes=4 partitions=271 threads=2 tls=false version=\S+$",
        )
        self.assertRegex(lines[-2], STAMP + "info stopping signal=SIGTERM$")
        self.assertRegex(lines[-1], STAMP + "info stopped$")

    def test_json_is_an_object_a_line(self):
        server = self.serve("-p0", "--log.format=json", "--log.access")
        server.request("GET", "/no\"such%0Aroute")
        server.stop()
        events = {line["event"]: line for line in map(json.loads, server.log().splitlines())}
        self.assertEqual(events["listening"]["port"], server.port)
        self.assertEqual(events["access"]["status"], 404)
        self.assertEqual(events["stopped"]["level"], "info")

    def test_the_access_log_is_off_unless_asked_for(self):
        quiet = self.serve("-p0", "--log.level=debug")
        quiet.request("GET", "/livez")
        quiet.stop()
        self.assertNotRegex(quiet.log(), r"\baccess\b")
        telling = self.serve("-p0", "--log.access")
        telling.request("GET", "/livez")
        telling.stop()
        self.assertIn("path=/livez status=200", telling.log())

    def test_the_access_log_tells_of_each_request_and_of_no_value(self):
        for form, read in (("text", self.text_access), ("json", self.json_access)):
            with self.subTest(form=form):
                server = self.serve("-p0", "--log.access", f"--log.format={form}")
                answers = self.make_requests(server)
                server.stop()
                log = server.log()
                self.assertEqual(read(log), answers)
                self.assertNotIn(SECRET, log)
                self.assertNotIn(base64.b64encode(SECRET.encode()).decode(), log)

    def make_requests(self, server):
        """Method, path, status and bytes of each, as the log should have them."""
        set_it = json.dumps({"commands": [{"cmd_type": "set", "key": "k", "value": SECRET}]})
        encoded = base64.b64encode(SECRET.encode()).decode()
        get_it = '{"encoding": "base64", "commands": [{"cmd_type": "get", "key": "aw=="}]}'
        asked = [
            ("POST", "/v1/execute", "?dry_run=false", set_it),
            ("POST", "/v1/execute", "", get_it),
            ("POST", "/v1/execute/", "", f'{{"commands": [], "{encoded}": 1}}'),
            ("PUT", "/v1/execute", f"?{SECRET}", SECRET),
            ("GET", "/livez", "", None),
        ]
        answers = []
        for method, path, query, body in asked:
            status, answer = server.request(method, path + query, body)
            answers.append((method, path, status, len(answer)))
        with server.connect() as connection:  # what is no HTTP has neither method nor path
            connection.sendall(f"{SECRET}\r\n\r\n".encode())
            head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
        answers.append(("-", "-", int(head.split()[1]), len(body)))
        return answers

    def text_access(self, log):
        lines = [line for line in log.splitlines() if " info access " in line]
        facts = [ACCESS.search(line) for line in lines]
        self.assertNotIn(None, facts, lines)
        return [(found[1], found[2], int(found[3]), int(found[4])) for found in facts]

    def json_access(self, log):
        lines = [line for line in map(json.loads, log.splitlines()) if line["event"] == "access"]
        for line in lines:
            self.assertEqual(line["level"], "info")
            self.assertGreaterEqual(line["us"], 0)
        return [(line["method"], line["path"], line["status"], line["bytes"]) for line in lines]

    def test_levels_leave_out_what_is_less(self):
        for level in ("warn", "error", "off"):
            server = self.serve("-p0", "--log.level", level)
            server.stop()
            self.assertNotIn("listening", server.log())

    def test_a_value_is_never_logged(self):
        server = self.serve("-p0", "--log.level=debug", "--log.access", "--limits.body=4KiB")
        set_it = {"cmd_type": "set", "key": "k", "value": SECRET}
        self.assertEqual(server.execute(set_it)[0], 200)
        self.assertEqual(server.execute({"cmd_type": "get", "key": "k"}), (200, {"results": [SECRET]}))
        self.assertEqual(server.execute(set_it, {"cmd_type": "bogus"})[0], 400)
        self.assertEqual(server.request("POST", "/v1/execute", "{" + SECRET)[0], 400)
        self.assertEqual(server.request("POST", "/v1/execute", SECRET * 1000)[0], 413)
        server.stop()
        log = server.log()
        self.assertEqual(log.count("info access"), 5, log)
        self.assertNotIn(SECRET, log)


if __name__ == "__main__":
    memstore.main()
