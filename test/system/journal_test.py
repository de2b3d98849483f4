"""memstore journal, on a journal that is made here from lib/persist/FORMAT.md alone."""
import json
import struct

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


def segment(salt, *bodies):
    """A segment whose entries are the bodies; more than one would need the hash of the first."""
    out = with_crc(b"MEMSJRNL" + struct.pack("<IIQQQQqI", 1, 0, 1, 1, 0, salt, 1_700_000_000_000, 0))
    for body in bodies:
        header = b"MSJE" + struct.pack("<HHQQQQQII", 1, 0, 1, 1, 0, 0, len(body), 1, crc32c(body))
        out += with_crc(header, crc32c(struct.pack("<Q", salt))) + body
    return out


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

    def test_what_is_not_there(self):
        code, output, errors = self.run_memstore("journal", "verify", "absent")
        self.assertEqual((code, output), (1, ""))
        self.assertIn("absent", errors)
        code, _, _ = self.run_memstore("journal", "verify")
        self.assertEqual(code, 2)


if __name__ == "__main__":
    memstore.main()
