"""Files that a Mac adds to an archive are skipped, and nothing counts as damaged."""

import pytest

from tests.support.archives_by_hand import tar_of, zip_of
from tests.support.reading import lines
from tests.support.statuses import STATUS
from workbench import ingest
from workbench.ingest import preview
from workbench.storage import Workspace

DOUBLE = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(120)
FILES = {
    "a.json": lines(STATUS),
    "._a.json": DOUBLE,
    "__MACOSX/._a.json": DOUBLE[:9],
    "more/__MACOSX/b.json": b"{",
    "more/.DS_Store": b"\0\0\0\1Bud1" + bytes(60),
}


@pytest.mark.parametrize("pack", [zip_of, tar_of, None])
def test_side_files_are_skipped(pack, tmp_path):
    path = tmp_path / "dump"
    if pack:
        path.write_bytes(pack(FILES))
    for name, data in () if pack else FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(path)], workspace=workspace)
    assert (counts["damaged"], counts["rejected"]) == (0, 0)
    status = dict(workspace.read("ledger").select("name", "status").rows())
    assert status == {name: "skipped" for name in FILES} | {"a.json": "whole"}


def test_a_preview_shows_what_is_beside_them(tmp_path):
    (tmp_path / "dump.zip").write_bytes(zip_of(FILES))
    names = [shown.name for shown in preview.of_files([str(tmp_path / "dump.zip")], members=1)]
    assert names in (["a.json"], ["._a.json"])
