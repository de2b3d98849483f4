"""The nodes grow, shrink and balance themselves while clients go on."""
import json
import random
import threading

import crashing
import memstore

SIZES = (16, 1, 8, 2, 12, 4, 16, 3)
PARTITIONS = 271
ACCOUNTS = 20


def set_command(key, value):
    return {"cmd_type": "set", "key": key, "value": value}


class Cluster(memstore.Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve("-p0", "--nodes=4")

    def ask(self, method, path="/v1/cluster", body=None):
        status, answer = self.server.request(method, path, None if body is None else json.dumps(body).encode())
        return status, json.loads(answer) if answer else None

    def resize(self, nodes):
        return self.ask("PATCH", body={"nodes": nodes})

    def test_it_says_what_there_is(self):
        for i in range(100):
            self.assertEqual(self.server.execute(set_command(f"k{i}", "v"))[0], 200)
        status, body = self.ask("GET")
        self.assertEqual((status, body["nodes"], body["partitions"]), (200, 4, PARTITIONS))
        self.assertEqual(sum(each["keys"] for each in body["node_list"]), 100)
        self.assertEqual(sum(each["partitions"] for each in body["node_list"]), PARTITIONS)
        owned = [each["owner"] for each in body["partition_list"]]
        self.assertEqual([owned.count(node) for node in range(4)], [each["partitions"] for each in body["node_list"]])
        self.assertGreater(sum(each["bytes"] for each in body["partition_list"]), 100)
        self.assertTrue(body["advice"]["reasons"])

    def test_a_resize_says_what_moved(self):
        before = self.ask("GET")[1]["partition_list"]
        status, body = self.resize(5)
        self.assertEqual((status, body["nodes"], body["nodes_before"]), (200, 5, 4))
        after = self.ask("GET")[1]["partition_list"]
        moved = [
            {"partition": one["partition"], "from": one["owner"], "to": other["owner"]}
            for one, other in zip(before, after)
            if one["owner"] != other["owner"]
        ]
        self.assertEqual(body["moved"], moved)
        self.assertEqual({each["to"] for each in moved}, {4})
        self.assertLessEqual(len(moved), PARTITIONS / 5 * 1.05 + 1)

    def owners(self):
        return [each["owner"] for each in self.ask("GET")[1]["partition_list"]]

    def test_the_layout_outlives_the_process(self):
        journal = ("-p0", "--journal.enable", f"--journal.path={self.folder}/data")

        def start_again(*arguments):
            self.server.stop()
            self.server = self.serve(*journal, *arguments)
            self.server.wait_until_ready()

        start_again()
        self.assertEqual(self.server.execute(set_command("k", "v"))[0], 200)
        self.assertEqual(self.resize(7)[0], 200)
        self.assertEqual(self.resize(5)[0], 200)
        left = self.owners()
        start_again()
        self.assertEqual(self.owners(), left)
        self.assertEqual(self.server.execute({"cmd_type": "get", "key": "k"})[1], {"results": ["v"]})

        start_again("--nodes=6")
        grown = self.owners()
        self.assertEqual(set(grown), set(range(6)))
        self.assertTrue(all(now in (before, 5) for before, now in zip(left, grown)))
        start_again()
        self.assertEqual(self.owners(), grown)

        self.folder.joinpath("data", "layout").write_text("5\n0 1 many")
        start_again()
        self.assertEqual(set(self.owners()), set(range(4)))
        self.assertEqual(self.server.execute({"cmd_type": "get", "key": "k"})[1], {"results": ["v"]})

    def test_what_cannot_be_is_refused(self):
        for nodes in (0, -1, PARTITIONS + 1, 1.5, "some", None, [4]):
            status, body = self.resize(nodes)
            self.assertEqual((status, body["code"]), (400, "bad_argument"), nodes)
        for body in ({}, {"nodes": 2, "more": 1}, [], 7, {"Nodes": 2}):
            self.assertEqual(self.ask("PATCH", body=body)[0], 400, body)
        self.assertEqual(self.server.request("PATCH", "/v1/cluster", b"{")[0], 400)
        self.assertEqual(self.ask("GET")[1]["nodes"], 4)
        self.assertEqual(self.server.request("PATCH", "/v1/cluster?x=1", b'{"nodes":2}')[0], 400)

    def test_it_chooses_by_itself(self):
        status, body = self.resize("auto")
        self.assertEqual(status, 200)
        self.assertEqual(self.ask("GET")[1]["nodes"], body["nodes"])
        self.assertEqual(self.resize("auto")[1]["moved"], [])

    def test_a_rebalance_without_a_load_moves_little_or_nothing(self):
        self.assertEqual(self.ask("POST", "/v1/cluster/rebalance")[0], 200)
        status, body = self.ask("POST", "/v1/cluster/rebalance")
        self.assertEqual((status, body["moved"]), (200, []))

    def test_it_rebalances_by_itself_where_that_is_asked_for(self):
        self.server.close()
        server = self.serve("-p0", "--nodes=8", "--cluster.auto-rebalance")
        values = {f"large{i}": bytes([97 + i % 26]) * 50_000 for i in range(40)}
        for key, value in values.items():
            self.assertEqual(server.request("PUT", f"/v1/keys/{key}", value)[0], 201)
        server.wait_for_log("cause=load")
        for key, value in values.items():
            self.assertEqual(server.request("GET", f"/v1/keys/{key}"), (200, value))

    def test_no_request_fails_in_a_storm(self):
        opening = [set_command(f"account{i}", "100") for i in range(ACCOUNTS)]
        self.assertEqual(self.server.execute(*opening)[0], 200)
        stop = threading.Event()
        wrong = []

        def transfer(seed):
            chance = random.Random(seed)
            while not stop.is_set():
                one, other = (f"account{chance.randrange(ACCOUNTS)}" for _ in range(2))
                status, body = self.server.execute(
                    {"cmd_type": "incr", "key": one, "by": -1}, {"cmd_type": "incr", "key": other, "by": 1}
                )
                if status != 200:
                    wrong.append((status, body))

        def add_up():
            while not stop.is_set():
                status, body = self.server.execute({"cmd_type": "scan", "prefix": "account", "limit": 100})
                total = sum(int(row["value"]) for row in body["results"][0]["entries"]) if status == 200 else None
                if total != 100 * ACCOUNTS:
                    wrong.append((status, body))

        clients = [threading.Thread(target=transfer, args=(seed,)) for seed in range(3)]
        clients.append(threading.Thread(target=add_up))
        for client in clients:
            client.start()
        for i in range(100):
            nodes = SIZES[i % len(SIZES)]
            status, body = self.resize(nodes)
            self.assertEqual((status, body.get("nodes")), (200, nodes))
        stop.set()
        for client in clients:
            client.join()
        self.assertEqual(wrong, [])

    def test_of_resizes_at_the_same_time_one_goes_on(self):
        answers = []

        def resize(nodes):
            for _ in range(20):
                answers.append(self.resize(nodes))
        clients = [threading.Thread(target=resize, args=(nodes,)) for nodes in (1, 200, 7)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        self.assertEqual(len(answers), 60)
        for status, body in answers:
            self.assertIn(status, (200, 409))
            if status == 409:
                self.assertEqual(body["code"], "layout_changing")
        self.assertIn(self.ask("GET")[1]["nodes"], (1, 200, 7))


if __name__ == "__main__":
    memstore.main()
