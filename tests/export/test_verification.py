"""What `verify` finds in exports that were changed or damaged."""

import json

import polars as pl
import pytest

from workbench import export
from workbench.exceptions import ExportError


def test_verify_finds_deleted_tweets(pack):
    result = export.verify(pack, deleted=pl.LazyFrame({"tweet_id": [99, 31, 5, 20]}))
    assert (result.deleted, result.problems, result.is_ok) == ((5, 31), (), False)


def test_verify_finds_a_changed_record(pack):
    path = pack / "messages.jsonl"
    path.write_text(path.read_text().replace('"role":"user"', '"role":"robot"', 1))
    problems = "\n".join(export.verify(pack).problems)
    assert "messages.jsonl: changed since it was written" in problems
    assert "record 1: messages.0.role: Input should be 'user' or 'assistant'" in problems


@pytest.mark.parametrize(
    "name", ["messages.jsonl", "oasst.jsonl.gz", "sharegpt.jsonl.zst", "instruction.parquet"]
)
@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda b: b"", lambda b: b"{" * 3000 + b])
def test_verify_survives_damaged_files(pack, name, damage):
    path = pack / name
    path.write_bytes(damage(path.read_bytes()))
    assert any(problem.startswith(name) for problem in export.verify(pack).problems)


def test_verify_finds_missing_and_unlisted_files(pack):
    (pack / "messages.jsonl").unlink()
    (pack / "notes.txt").write_text("mine")
    problems = export.verify(pack).problems
    assert problems == (
        "messages.jsonl: missing, or not a regular file in the export folder.",
        "notes.txt: not listed in the manifest.",
    )


def test_verify_follows_no_path_out_of_the_export(pack):
    manifest = json.loads((pack / "manifest.json").read_text())
    manifest["files"][0]["name"] = "../secret"
    (pack.parent / "secret").write_text("{}")
    (pack / "manifest.json").write_text(json.dumps(manifest))
    assert (
        "../secret: missing, or not a regular file in the export folder."
        in export.verify(pack).problems
    )


@pytest.mark.parametrize("line", [b"hello world", b"9" * 5000, b"\xff\xfe,\x00", b'"5', b""])
def test_verify_counts_bad_id_lines_and_reads_the_others(pack, line):
    path = pack / "ids.txt"
    path.write_bytes(line + b"\n" + path.read_bytes())
    result = export.verify(pack, deleted=pl.LazyFrame({"tweet_id": [5]}))
    lines = path.read_bytes().count(b"\n")
    assert f"ids.txt: 1 of {lines} lines contain no tweet id." in result.problems
    assert result.deleted == (5,)


def test_verify_refuses_folders_without_a_manifest(tmp_path):
    with pytest.raises(ExportError, match="not a valid manifest"):
        export.verify(tmp_path)
