"""The manifest of an export."""

import hashlib
import json

import pytest

from workbench.exceptions import ExportError
from workbench.export import manifest
from workbench.export.manifest import Entry, Manifest


def test_of_file_describes_a_file(tmp_path):
    path = tmp_path / "messages.jsonl"
    path.write_bytes(b"{}\n")
    entry = Entry.of_file(path, format="messages", records=1, turns=6, distinct_turns=4)
    assert (entry.name, entry.bytes, entry.records) == ("messages.jsonl", 3, 1)
    assert entry.sha256 == hashlib.sha256(b"{}\n").hexdigest()
    assert entry.repetition == 1.5
    assert Entry.of_file(path).repetition == 1


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}', b"\xff"])
def test_load_refuses_a_damaged_manifest(pack, damage):
    (pack / manifest.MANIFEST).write_bytes(damage)
    with pytest.raises(ExportError, match="not a valid manifest"):
        Manifest.load(pack)


def test_load_refuses_a_newer_format(pack):
    path = pack / manifest.MANIFEST
    newer = json.loads(path.read_text()) | {"format": manifest.FORMAT + 1}
    path.write_text(json.dumps(newer))
    with pytest.raises(ExportError, match="install a newer version"):
        Manifest.load(pack)
