"""Options and where they come from; what is wrong with them ends memstore with one clear line."""
import pathlib
import re
import resource

import memstore


def values(text):
    """A printed configuration without its comments."""
    return re.sub(r"\s*#.*", "", text)


class CommandLine(memstore.Case):
    def test_the_version(self):
        code, output, errors = self.run_memstore("--version")
        self.assertEqual((code, errors), (0, ""))
        self.assertRegex(output, r"^memstore \d+\.\d+\.\d+\n$")

    def test_the_help_names_options_defaults_and_variables(self):
        for flag in ("--help", "-h"):
            code, output, errors = self.run_memstore(flag)
            self.assertEqual((code, errors), (0, ""))
            for word in ("memstore [serve]", "-p, --port PORT", "MEMSTORE_PORT, default 8080", "healthcheck"):
                self.assertIn(word, output)

    def test_the_readme_lists_the_same_options(self):
        def options(text):
            begin = text.index("      --address HOST")
            listed = text[begin:].partition("```")[0].rstrip("\n")
            return re.sub(r"(MEMSTORE_THREADS, default) \d+", r"\1 N", listed)

        _, output, _ = self.run_memstore("--help")
        readme = pathlib.Path(__file__).parents[2].joinpath("README.md").read_text()
        self.assertEqual(options(readme), options(output))

    def test_output_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            code, _, _ = self.run_memstore("config", stdout=full)
        self.assertEqual(code, 1)

    def test_bad_options(self):
        self.assert_refused(2, "--bogus", arguments=["--bogus"])
        self.assert_refused(2, "bogus", arguments=["bogus"])
        self.assert_refused(2, "--port", arguments=["--port"])
        self.assert_refused(2, "port", "80a", "flag --port", "0 to 65535", arguments=["--port=80a"])
        self.assert_refused(2, "partitions", "nodes", arguments=["--nodes=9", "--partitions=8"])
        self.assert_refused(2, "nodes", "0", "MEMSTORE_NODES", MEMSTORE_NODES="0")
        self.assert_refused(2, "MEMSTORE_BOGUS", MEMSTORE_BOGUS="1")
        self.assert_refused(2, "bogus", arguments=["healthcheck", "--bogus"])

    def test_bad_files(self):
        self.write(".memstore.yaml", "port: 0\nlimits:\n  body: big\n")
        self.assert_refused(2, "limits.body", "big", ".memstore.yaml line 3")
        self.write("unknown.yaml", "journals: {}\n")
        self.assert_refused(2, "journals", "unknown.yaml line 1", arguments=["--config=unknown.yaml"])
        self.write("broken.yaml", "port: 0\nnodes: [\n")
        self.assert_refused(2, "broken.yaml line", arguments=["--config=broken.yaml"])

    def test_files_that_cannot_be_read(self):
        self.assert_refused(1, "absent.yaml", "flag --config", arguments=["--config=absent.yaml"])
        self.assert_refused(1, "absent.yaml", "MEMSTORE_CONFIG", MEMSTORE_CONFIG="absent.yaml")
        self.assert_refused(1, str(self.folder), "directory", arguments=["--config", str(self.folder)])

    def test_threads_that_cannot_be_started(self):
        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (self.limit, self.limit))

        for self.limit in (900_000 * 1024, 1_500_000 * 1024):
            code, _, _ = self.run_memstore("--version", limits=little_memory)
            if code != 0:
                self.skipTest("a sanitizer needs more memory than that")
            self.assert_refused(1, "256 threads", arguments=["-p0", "--threads=256"], limits=little_memory)

    def test_the_configuration_says_where_it_came_from(self):
        self.write(".memstore.yaml", "nodes: 2\nlimits:\n  jsonDepth: 9\n  body: 1m\n")
        arguments = ["config", "-p", "0", "--log.access"]
        code, output, errors = self.run_memstore(*arguments, MEMSTORE_LIMITS_BODY="2MiB")
        self.assertEqual((code, errors), (0, ""))
        for line in (
            "address: 127.0.0.1  # default",
            "port: 0  # flag --port",
            "nodes: 2  # .memstore.yaml line 1",
            "  json-depth: 9  # .memstore.yaml line 3",
            "  body: 2MiB  # environment variable MEMSTORE_LIMITS_BODY",
            "  access: true  # flag --log.access",
        ):
            self.assertIn(line, output.splitlines())

    def test_the_printed_configuration_is_one_that_means_the_same(self):
        arguments = ["config", "-p", "1", "--cors.allowed-origins=https://a,https://b", "--drain-timeout=250ms"]
        _, first, _ = self.run_memstore(*arguments)
        self.write("printed.yaml", first)
        code, second, errors = self.run_memstore("config", "--config=printed.yaml")
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(values(second), values(first))
        self.assertIn("port: 1  # printed.yaml line 2", second)


if __name__ == "__main__":
    memstore.main()
