"""What bash completes, from what `memstore completion bash` prints; and the manual, which knows every option."""
import re
import shutil
import subprocess
import unittest

import memstore

COMMANDS = (
    "serve config healthcheck journal token completion man "
    "get set del scan exec watch export import status bench top"
).split()


def flags_in(text):
    """The flags that a help explains."""
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z.-]+)", text, re.MULTILINE))


class Completion(memstore.Case):
    def setUp(self):
        super().setUp()
        code, self.script, errors = self.run_memstore("completion", "bash")
        self.assertEqual((code, errors), (0, ""))
        self.write("memstore.bash", self.script)

    def complete(self, *words):
        """What is offered for the last of these words."""
        given = " ".join(f"'{word}'" for word in ("memstore", *words))
        script = (
            f"source ./memstore.bash; COMP_WORDS=({given}); COMP_CWORD={len(words)}; _memstore; "
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "--norc", "-uc", script], cwd=self.folder, capture_output=True, text=True, timeout=memstore.PATIENCE
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return set(done.stdout.split())

    def test_commands(self):
        self.assertEqual(self.complete(""), set(COMMANDS))
        self.assertEqual(self.complete("s"), {"serve", "set", "scan", "status"})
        self.assertEqual(self.complete("nothing"), set())

    def test_every_flag_of_the_help_is_offered(self):
        server = flags_in(self.run_memstore("--help")[1])
        self.assertGreater(len(server), 30)
        for words in ([], ["serve"], ["config"], ["healthcheck"]):
            self.assertEqual(self.complete(*words, "--"), server | {"--help", "--version"})
        for command in COMMANDS[7:]:
            flags = flags_in(self.run_memstore(command, "--help")[1])
            self.assertIn("--url", flags)
            self.assertEqual(self.complete(command, "--"), flags)
            self.assertEqual(self.complete(command, "word", "--u"), {"--url"})

    def test_words(self):
        self.assertEqual(self.complete("journal", ""), {"inspect", "verify", "dump", "repair"})
        self.assertEqual(self.complete("token", ""), {"new"})
        self.assertEqual(self.complete("completion", ""), {"bash"})
        self.assertEqual(self.complete("get", ""), set())

    def test_files(self):
        self.write("data.ndjson", "")
        for words in (["import"], ["export"], ["exec"], ["--config"], ["journal", "dump"], ["get", "--ca"]):
            self.assertEqual(self.complete(*words, "da"), {"data.ndjson"}, words)

    def test_the_value_of_a_flag_is_no_word(self):
        self.assertEqual(self.complete("--port", ""), set())
        self.assertEqual(self.complete("--port", "80", ""), set(COMMANDS))
        self.assertEqual(self.complete("--config", "a.yaml", "sta"), {"status"})


class Manual(memstore.Case):
    def setUp(self):
        super().setUp()
        code, self.page, errors = self.run_memstore("man")
        self.assertEqual((code, errors), (0, ""))

    def test_it_knows_every_flag_and_command(self):
        plain = self.page.replace("\\-", "-")
        helps = [self.run_memstore("--help")[1]] + [self.run_memstore(one, "--help")[1] for one in COMMANDS[7:]]
        for flag in set.union(*map(flags_in, helps)) - {"--help"}:
            self.assertRegex(plain, rf"(?m)^\\fB(-p, )?{re.escape(flag)}\\fR")
        for command in COMMANDS:
            self.assertRegex(plain, rf"(?m)^\\fB{command}\\fR")
        self.assertNotIn("\n'", self.page)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not there")
    def test_mandoc_finds_no_fault(self):
        done = subprocess.run(
            ["mandoc", "-Tlint", "-Wwarning"], input=self.page, capture_output=True, text=True, timeout=memstore.PATIENCE
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


class Words(memstore.Case):
    def test_mistakes(self):
        self.assert_refused(2, "completion takes: bash", arguments=("completion", "fish"))
        self.assert_refused(2, "completion takes: bash", arguments=("completion",))
        self.assert_refused(2, "unexpected argument", arguments=("man", "x"))


if __name__ == "__main__":
    memstore.main()
