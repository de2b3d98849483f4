"""memstore journal, on a journal that is made here from lib/persist/FORMAT.md alone."""
import json
import os
import resource
import struct
import subprocess

import memstore


def crc32c(data, before=0):
    state = before ^ 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = state >> 1 ^ (0x82F63B78 if state & 1 else 0)
    return state ^ 0xFFFFFFFF


def with_crc(data, before=0):
    return data + struct.pack("<I", crc32c(data, before))


def sized(data):
    assert len(data) < 128
    return bytes([len(data)]) + data


def crc32c_of_zeros(count):
    """The same of so many zeros, a power of two of them."""
    # What a zero makes of a state is linear in its bits; twice as many do that twice.
    of_bits = [crc32c(b"\0", (1 << bit) ^ 0xFFFFFFFF) ^ 0xFFFFFFFF for bit in range(32)]

    def after(state):
        result = 0
        for bit in range(32):
            result ^= of_bits[bit] if state >> bit & 1 else 0
        return result

    while count > 1:
        of_bits = [after(image) for image in of_bits]
        count //= 2
    return after(0xFFFFFFFF) ^ 0xFFFFFFFF


def segment(salt, body=b"", body_bytes=None, checksum=None):
    """A segment of one entry, whose header may claim another length and checksum of its body."""
    out = with_crc(b"MEMSJRNL" + struct.pack("<IIQQQQqI", 1, 0, 1, 1, 0, salt, 1_700_000_000_000, 0))
    length = len(body) if body_bytes is None else body_bytes
    checksum = crc32c(body) if checksum is None else checksum
    header = b"MSJE" + struct.pack("<HHQQQQQII", 1, 0, 1, 1, 0, 0, length, 1, checksum)
    return out + with_crc(header, crc32c(struct.pack("<Q", salt))) + body


HUGE = 512 * 1024 * 1024


BODY = (
    struct.pack("<Q", 7)
    + b"\x03"
    + b"\x00" + sized(b"key") + sized(b"value")
    + b"\x08" + sized(b"session") + struct.pack("<q", 1500) + sized(b"\xff")
    + b"\x03" + sized(b"old")
)  # fmt: skip
LINE = {
    "sequence": 1,
    "version": 7,
    "changes": [
        {"key": "key", "value": "value"},
        {"key": "session", "value": {"base64": "/w=="}, "expires_at_ms": 1500},
        {"key": "old", "value": None, "cause": "expired"},
    ],
}


class Journal(memstore.Case):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "data" / "journal-00000000000000000001.log"
        self.file.parent.mkdir()

    def journal(self, action):
        return self.run_memstore("journal", action, str(self.file.parent))

    def test_a_sound_journal(self):
        self.file.write_bytes(segment(99, BODY) + bytes(1000))
        code, output, errors = self.journal("verify")
        self.assertEqual((code, errors), (0, ""), output)
        self.assertIn("readable up to entry 1", output)
        code, output, _ = self.journal("dump")
        self.assertEqual(code, 0)
        self.assertEqual([json.loads(line) for line in output.splitlines()], [LINE])
        code, output, _ = self.journal("inspect")
        self.assertEqual(code, 0)
        self.assertIn("1 entries from 1", output)

    def test_a_torn_journal_is_sound(self):
        self.file.write_bytes(segment(99, BODY)[:-1])
        code, output, _ = self.journal("verify")
        self.assertEqual(code, 0)
        self.assertIn("torn", output)
        self.assertEqual(self.journal("dump")[:2], (0, ""))

    def test_a_damaged_journal_is_repaired_when_asked(self):
        self.file.write_bytes(b"?" + segment(99, BODY)[1:])
        code, output, _ = self.journal("verify")
        self.assertEqual(code, 3)
        self.assertIn("does not begin with its magic", output)
        self.assertEqual(self.journal("dump")[0], 3)
        code, output, _ = self.journal("repair")
        self.assertEqual(code, 0, output)
        self.assertIn("damaged-0", output)
        self.assertEqual(self.journal("verify")[0], 0)

    def peak_memory(self, action):
        """The exit status, and the most memory that it had, in bytes."""
        with open(self.folder / "output", "wb") as output:
            process = subprocess.Popen(
                [memstore.BINARY, "journal", action, self.file.parent],
                stdout=output, stderr=output, env=memstore.environment(),
            )  # fmt: skip
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, used.ru_maxrss * 1024

    def test_an_entry_that_claims_to_be_huge_takes_no_memory(self):
        self.file.write_bytes(segment(99, BODY))
        _, ordinary = self.peak_memory("verify")
        self.file.write_bytes(segment(99, body_bytes=HUGE))
        os.truncate(self.file, HUGE + 4096)
        code, peak = self.peak_memory("verify")
        self.assertEqual(code, 0)
        self.assertIn("torn", self.folder.joinpath("output").read_text())
        self.assertLess(peak - ordinary, HUGE / 8)

    def test_an_entry_that_memory_does_not_suffice_for_is_an_error_in_words(self):
        self.file.write_bytes(segment(99, body_bytes=HUGE, checksum=crc32c_of_zeros(HUGE)))
        os.truncate(self.file, HUGE + 4096)

        def few():
            resource.setrlimit(resource.RLIMIT_AS, (HUGE // 2, HUGE // 2))

        if self.run_memstore("--version", limits=few)[0] != 0:
            self.skipTest("this program needs more memory than that to begin with")
        code, output, errors = self.run_memstore("journal", "verify", str(self.file.parent), limits=few)
        self.assertEqual((code, output), (1, ""), errors)
        self.assertIn(f"there is no memory for {HUGE + 60} bytes", errors)
        self.assertIn(self.file.name, errors)

    def test_what_is_not_there(self):
        code, output, errors = self.run_memstore("journal", "verify", "absent")
        self.assertEqual((code, output), (1, ""))
        self.assertIn("absent", errors)
        self.folder.joinpath("foreign").mkdir()
        self.write("foreign/notes", "precious")
        for action in ("inspect", "verify", "dump", "repair"):
            code, output, errors = self.run_memstore("journal", action, "foreign")
            self.assertEqual((code, output), (4, ""))
            self.assertIn("no journal here", errors)
        self.assertEqual([each.name for each in self.folder.joinpath("foreign").iterdir()], ["notes"])
        code, _, _ = self.run_memstore("journal", "verify")
        self.assertEqual(code, 2)


if __name__ == "__main__":
    memstore.main()
