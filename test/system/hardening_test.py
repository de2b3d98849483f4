"""How the binary is built and loaded, so that a fault in it is harder to use."""
import json
import os
import pathlib
import re
import struct
import unittest

import memstore

EXECUTABLE = 1
PROGRAM_HEADERS = {"dynamic": 2, "stack": 0x6474E551, "relro": 0x6474E552}
BIND_NOW, FLAGS, FLAGS_1 = 24, 30, 0x6FFFFFFB


class Elf:
    """The program headers of a 64-bit little-endian binary, and its dynamic section."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        assert self.bytes[:6] == b"\x7fELF\x02\x01", "not an ELF of 64 bits"
        self.kind = struct.unpack_from("<H", self.bytes, 16)[0]
        at, size, count = struct.unpack_from("<Q", self.bytes, 32)[0], *struct.unpack_from("<HH", self.bytes, 54)
        self.headers = [struct.unpack_from("<IIQQQQ", self.bytes, at + i * size) for i in range(count)]

    def header(self, name):
        return [one for one in self.headers if one[0] == PROGRAM_HEADERS[name]]

    def dynamic(self):
        _, _, at, _, _, size = self.header("dynamic")[0]
        return dict(struct.iter_unpack("<QQ", self.bytes[at:at + size]))


class Hardening(unittest.TestCase):
    def setUp(self):
        self.elf = Elf(memstore.BINARY)

    def test_it_is_loaded_anywhere(self):
        shared_object, position_independent = 3, 0x08000000
        self.assertEqual(self.elf.kind, shared_object)
        self.assertTrue(self.elf.dynamic()[FLAGS_1] & position_independent)

    def test_its_stack_is_no_program(self):
        (_, flags, *_), = self.elf.header("stack")
        self.assertFalse(flags & EXECUTABLE)

    def test_what_the_loader_filled_in_stays(self):
        self.assertEqual(len(self.elf.header("relro")), 1)
        dynamic = self.elf.dynamic()
        now, now_1 = 8, 1
        self.assertTrue(BIND_NOW in dynamic or dynamic.get(FLAGS, 0) & now)
        self.assertTrue(dynamic[FLAGS_1] & now_1)

    def test_its_own_code_guards_the_stack(self):
        self.skip_unless_hardened()
        compilers = re.findall(rb"GNU C\+\+20 [ -~]+", self.elf.bytes)  # with their options, in the debug information
        self.assertTrue(compilers)
        for each in compilers:
            self.assertIn(b" -fstack-protector-strong", each)
            self.assertIn(b" -fstack-clash-protection", each)

    def test_its_own_code_checks_the_bounds_that_it_knows(self):
        self.skip_unless_hardened()
        commands = json.loads(pathlib.Path(memstore.BINARY).with_name("compile_commands.json").read_text())
        own = [one["command"] for one in commands if re.search(r"/(lib|app)/[^/]+(/[^/]+)?\.cpp$", one["file"])]
        self.assertGreater(len(own), 100)
        for each in own:
            self.assertIn(" -D_FORTIFY_SOURCE=2 ", each)

    def skip_unless_hardened(self):
        if os.environ.get("HARDENED") == "OFF":
            self.skipTest("such a build is for its developers")


if __name__ == "__main__":
    memstore.main()
