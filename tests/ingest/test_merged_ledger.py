"""Members leave the ledger once they are mended, and never before."""

import gzip
import json
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from tests.support.dumps import minutes, status, table, tar
from tests.support.reading import lines
from workbench import ingest
from workbench.ingest import merged_ledger
from workbench.storage import Workspace


def test_file_that_was_replaced_is_noticed(tmp_path):
    path = tmp_path / "tweets.jsonl"
    workspace = Workspace.create(tmp_path / "workspace")
    changed = []
    for number in range(2):
        path.write_bytes(lines(status(number)))
        changed.append(ingest.from_archives([str(path)], workspace=workspace)["changed"])
    assert changed == [0, 1]
    ledger = workspace.read("ledger")
    assert merged_ledger.changed(ledger).rows() == [(str(path), "", 2)]
    assert workspace.read("tweets").height == 2


@pytest.mark.parametrize("order", ["cut whole", "whole cut whole", "other cut whole"])
@pytest.mark.parametrize("place", [300, 700, 7_780, 9_300])
def test_damaged_archive_that_was_replaced_leaves_no_trace(files, tmp_path, order, place):
    path = tmp_path / "a.tar"
    whole = Path(tar(path, files)).read_bytes()
    other = tar(tmp_path / "other.tar", minutes(2, seed=9))
    workspace, never_cut = (Workspace.create(tmp_path / name) for name in ("cut", "never-cut"))
    for kind in order.split():
        path.write_bytes(whole[:place] if kind == "cut" else whole)
        counts = ingest.from_archives(
            [other if kind == "other" else str(path)], workspace=workspace
        )
        assert (counts["damaged"] > 0) == (kind == "cut")
    names = [other] if "other" in order else []
    once = ingest.from_archives([*names, str(path)], workspace=never_cut)
    assert (counts["changed"], counts["lines"], counts["members"]) == (
        *(0, once["lines"], once["members"]),
    )
    assert table(workspace) == table(never_cut)
    for name in ("ledger", "rejects"):
        frames = [each.read(name).drop("seconds", strict=False) for each in (workspace, never_cut)]
        assert_frame_equal(*frames)


def test_damaged_file_stays_in_the_ledger_while_a_tweet_names_it(tmp_path):
    path = tmp_path / "latest.jsonl.gz"
    workspace = Workspace.create(tmp_path / "workspace")
    contents = [lines(status(1), status(2)), lines(status(3))]
    cut, other = (gzip.compress(content, mtime=0) for content in contents)
    for data in (cut[:-4], other, cut):
        path.write_bytes(data)
        counts = ingest.from_archives([str(path)], workspace=workspace)
        ledger = workspace.read("ledger")
        assert set(workspace.read("tweets")["member"]) <= set(ledger["member"])
        assert counts["damaged"] == (data != cut)
    assert merged_ledger.changed(ledger).rows() == [(str(path), "", 2)]
    assert counts["lines"] == 3


def test_damage_that_is_there_still_stays_in_the_ledger(tmp_path):
    (tmp_path / "bad.gz").write_bytes(gzip.compress(b"")[:-4])
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    paths = [str(tmp_path / name) for name in ("bad.gz", "bad.zip")]
    workspace = Workspace.create(tmp_path / "workspace")
    damaged = [ingest.from_archives(paths, workspace=workspace)["damaged"] for _ in range(2)]
    assert damaged == [2, 2]


def test_links_are_not_damage(tmp_path):
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "one.jsonl").write_bytes(lines(status(1)))
    (tmp_path / "dump" / "two.jsonl").symlink_to("one.jsonl")
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(tmp_path / "dump")], workspace=workspace)
    assert (counts["members"], counts["damaged"]) == (2, 0)


def test_ledger_survives_a_round_of_json(files, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    for row in workspace.read("ledger").drop("seconds").iter_rows(named=True):
        assert json.loads(json.dumps(row)) == row
        assert row["lines"] == 30
        assert sum(each["count"] for each in row["reject_reasons"]) == row["rejected"]


def test_rows_that_lack_what_was_not_read_are_counted_once_a_member(tmp_path):
    tweet = {"id": "1146303338000000001", "text": "a", "public_metrics": {}}
    for name, fields in [("a", {"userId": "9", "fromUser": "ann"}), ("b", {"fromUser": "bob"})]:
        data = lines(*[tweet | fields] * 3, tweet)
        (tmp_path / f"{name}.jsonl").write_bytes(data)
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], workspace=workspace)
    assert (counts["unread"], counts["unread_author"], counts["odd"]) == (2, 6, 0)
    assert "unread_parent" not in counts
