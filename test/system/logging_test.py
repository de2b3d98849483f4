"""What memstore writes to its log, and what it never does."""
import json

import memstore

STAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "


class Logging(memstore.Case):
    def test_text_has_a_line_for_start_and_stop(self):
        server = self.serve("-p0", "--threads=2")
        server.stop()
        lines = server.log().splitlines()
        started = [line for line in lines if " info listening " in line]
        self.assertEqual(len(started), 1, lines)
        self.assertRegex(
            started[0],
            STAMP + rf"info listening address=127.0.0.1 port={server.port} nodes=4 partitions=271 threads=2 version=\S+$",
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
        self.assertNotIn("/livez", quiet.log())
        telling = self.serve("-p0", "--log.access")
        telling.request("GET", "/livez")
        telling.stop()
        self.assertIn("path=/livez status=200", telling.log())

    def test_levels_leave_out_what_is_less(self):
        for level in ("warn", "error", "off"):
            server = self.serve("-p0", "--log.level", level)
            server.stop()
            self.assertNotIn("listening", server.log())

    def test_a_value_is_never_logged(self):
        server = self.serve("-p0", "--log.level=debug", "--log.access", "--limits.body=4KiB")
        secret = "s3cr3t"
        set_it = {"cmd_type": "set", "key": "k", "value": secret}
        self.assertEqual(server.execute(set_it)[0], 200)
        self.assertEqual(server.execute({"cmd_type": "get", "key": "k"}), (200, {"results": [secret]}))
        self.assertEqual(server.execute(set_it, {"cmd_type": "bogus"})[0], 400)
        self.assertEqual(server.request("POST", "/v1/execute", "{" + secret)[0], 400)
        self.assertEqual(server.request("POST", "/v1/execute", secret * 1000)[0], 413)
        server.stop()
        log = server.log()
        self.assertEqual(log.count("info access"), 5, log)
        self.assertNotIn(secret, log)


if __name__ == "__main__":
    memstore.main()
