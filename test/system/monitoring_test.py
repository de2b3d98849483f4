"""What scripts/compose has for Prometheus and Grafana: they can read it, and it asks for what the server tells."""
import json
import pathlib
import re
import shutil
import subprocess
import time
import unittest

import memstore

COMPOSE = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "compose"
ALERTS = COMPOSE / "prometheus" / "alerts.yml"
DASHBOARD = COMPOSE / "grafana" / "dashboards" / "memstore.json"
NAME = re.compile(r"\b(?:memstore|process)_[a-z_]+\b")
needs_promtool = unittest.skipIf(shutil.which("promtool") is None, "needs promtool: scripts/install_deps test")


def expressions(dashboard):
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


class Monitoring(memstore.Case):
    def promtool(self, *arguments):
        done = subprocess.run(
            ["promtool", *map(str, arguments)],
            cwd=self.folder, capture_output=True, text=True, timeout=memstore.PATIENCE,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @needs_promtool
    def test_prometheus_can_read_its_configuration_and_the_rules(self):
        self.promtool("check", "config", COMPOSE / "prometheus" / "prometheus.yml")
        self.promtool("check", "rules", ALERTS)

    @needs_promtool
    def test_the_alerts_say_what_they_should(self):
        shutil.copy(ALERTS, self.folder)
        shutil.copy(pathlib.Path(__file__).with_name("alerts_test.yml"), self.folder)
        self.promtool("test", "rules", "alerts_test.yml")

    @needs_promtool
    def test_prometheus_can_read_what_the_dashboard_asks(self):
        rules = {"groups": [{"name": "panels", "rules": [
            {"record": f"panel:{i}", "expr": text.replace("$__rate_interval", "1m").replace("$instance", ".*")}
            for i, text in enumerate(expressions(json.loads(DASHBOARD.read_text())))
        ]}]}
        self.write("panels.yml", json.dumps(rules))
        self.promtool("check", "rules", "panels.yml")

    def test_the_server_tells_all_that_is_asked_for(self):
        server = self.serve("-p0", "--journal.enable")
        deadline = time.monotonic() + memstore.PATIENCE
        while server.request("GET", "/readyz")[0] != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        server.execute({"cmd_type": "set", "key": "a", "value": "1"})
        server.request("GET", "/nowhere")
        self.assertEqual(server.request("POST", "/v1/checkpoint")[0], 200)
        told = {line.split("{")[0].split()[0] for line in server.request("GET", "/metrics")[1].decode().splitlines()}
        dashboard = json.loads(DASHBOARD.read_text())
        asked = NAME.findall("\n".join(re.findall(r"expr: (.*?)\n +(?:for|labels):", ALERTS.read_text(), re.S)))
        self.assertGreater(len(asked), 10)
        for name in asked + NAME.findall("\n".join(expressions(dashboard))):
            self.assertIn(name, told)
        for variable in dashboard["templating"]["list"]:
            self.assertTrue(set(NAME.findall(variable["query"])) <= told, variable)

    def test_panels_are_apart(self):
        panels = json.loads(DASHBOARD.read_text())["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
        self.assertEqual(len(places), len(panels))

    def test_compose_mounts_what_is_there(self):
        text = (COMPOSE / "docker-compose.yml").read_text()
        mounted = re.findall(r"- (\./\S+?):", text)
        self.assertEqual(len(mounted), 3)
        for path in mounted:
            self.assertTrue((COMPOSE / path).is_dir(), path)
        self.assertEqual(re.findall(r'ports: \["(?!127\.0\.0\.1:)', text), [], "ports are this machine's own")


if __name__ == "__main__":
    memstore.main()
