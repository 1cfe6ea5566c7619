"""Exports as zip files, piece by piece."""

import io
import zipfile

from workbench.export import zip_stream


def test_a_zip_has_the_files_and_comes_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_stream, "CHUNK", 1000)
    folder = tmp_path / "first"
    folder.mkdir()
    contents = {"a.jsonl": b"{}\n" * 5000, "b.parquet": bytes(range(256)) * 20, "empty.txt": b""}
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    pieces = list(zip_stream.stream(folder, list(contents)))
    assert max(map(len, pieces)) < 3000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(f"first/{name}") for name in contents} == contents
    assert list(zip_stream.stream(folder, list(contents))) == pieces


def test_an_export_that_is_replaced_meanwhile_is_packed_whole(tmp_path):
    folder = tmp_path / "first"
    folder.mkdir()
    for name in "ab":
        (folder / name).write_text(name * 10)
    stream = zip_stream.stream(folder, ["a", "b"])
    first = next(stream)
    folder.rename(tmp_path / "old")
    with zipfile.ZipFile(io.BytesIO(first + b"".join(stream))) as archive:
        assert archive.read("first/b") == b"b" * 10
