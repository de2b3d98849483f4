"""A short time under attack; scripts/soak is a long one."""
import memstore
import soaking

SECONDS = 10


class Soaking(memstore.Case):
    def test_it_withstands_attacks_and_serves_who_is_honest(self):
        server, *tokens = soaking.start(self.folder)
        self.addCleanup(server.close)
        soaking.Soak(server, *tokens, seed=1, judges_memory=not memstore.is_sanitized()).run(SECONDS)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.log(), "")


if __name__ == "__main__":
    memstore.main()
