"""The tables do not depend on the order of arrival; mended members leave the ledger."""

import gzip
import json
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from tests.support.dumps import minutes, status, table, tar
from tests.support.reading import lines
from tests.support.statuses import NEW
from workbench import ingest
from workbench.ingest import build, merge
from workbench.recipe import IngestSettings
from workbench.storage import Workspace


@pytest.mark.parametrize("step", range(12))
def test_merge_that_dies_at_any_rename_loses_nothing(files, expected, tmp_path, monkeypatch, step):
    names = list(files)
    workspace = Workspace.create(tmp_path / "workspace")
    first = {name: files[name] for name in names[:6]}
    ingest.from_archives([tar(tmp_path / "a.tar", first)], workspace=workspace)
    left = [step]

    def mortal(real):
        def rename(*args):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return real(*args)

        return rename

    path = tar(tmp_path / "b.tar", files)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", mortal(Path.rename))
        patch.setattr(Path, "replace", mortal(Path.replace))
        # A killed process cleans nothing up.
        patch.setattr("workbench.storage.atomic._remove", lambda _: None)
        try:
            ingest.from_archives([path], workspace=workspace)
        except KeyboardInterrupt:
            pass
        else:
            assert step > 4
    workspace = Workspace.open(tmp_path / "workspace")
    ingest.from_archives([path], workspace=workspace)
    assert table(workspace) == expected


def test_file_that_was_replaced_is_noticed(tmp_path):
    path = tmp_path / "tweets.jsonl"
    workspace = Workspace.create(tmp_path / "workspace")
    changed = []
    for number in range(2):
        path.write_bytes(lines(status(number)))
        changed.append(ingest.from_archives([str(path)], workspace=workspace)["changed"])
    assert changed == [0, 1]
    ledger = workspace.read("ledger")
    assert merge.changed(ledger).rows() == [(str(path), "", 2)]
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
    assert merge.changed(ledger).rows() == [(str(path), "", 2)]
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


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("runs", [1, 2])
def test_deletions_hold_whatever_the_order_of_arrival(tmp_path, order, runs):
    parts = [lines(status(1), status(2)), lines({"delete": {"status": {"id": NEW + 1}}})]
    paths = []
    for number in order:
        paths.append(tmp_path / f"{len(paths)}.jsonl")
        paths[-1].write_bytes(parts[number])
    workspace = Workspace.create(tmp_path / "workspace")
    for some in [paths] if runs == 1 else [[path] for path in paths]:
        counts = ingest.from_archives(list(map(str, some)), workspace=workspace)
    assert (counts["rows"], counts["deleted"], counts["tweets"]) == (2, 1, 1)
    assert workspace.read("tweets")["tweet_id"].to_list() == [NEW + 2]
    assert workspace.read("deletions").rows() == [(NEW + 1, True)]


def test_ledger_survives_a_round_of_json(files, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    for row in workspace.read("ledger").drop("seconds").iter_rows(named=True):
        assert json.loads(json.dumps(row)) == row
        assert row["lines"] == 30
        assert sum(each["count"] for each in row["reject_reasons"]) == row["rejected"]


@pytest.mark.parametrize("step", merge.Step)
def test_merge_that_dies_after_any_step_loses_nothing(files, expected, tmp_path, step):
    names = list(files)
    workspace = Workspace.create(tmp_path / "workspace")
    first = {name: files[name] for name in names[:6]}
    ingest.from_archives([tar(tmp_path / "a.tar", first)], workspace=workspace)
    path = tar(tmp_path / "b.tar", files)

    def die(at: merge.Step) -> None:
        if at is step:
            raise KeyboardInterrupt

    build.stage([path], workspace=workspace)
    with pytest.raises(KeyboardInterrupt):
        merge.merge(workspace, on_step=die)
    workspace = Workspace.open(tmp_path / "workspace")
    ingest.from_archives([path], workspace=workspace)
    assert table(workspace) == expected
    assert workspace.read("ledger").height == len(files)


def test_rejects_are_those_of_the_reading_in_the_ledger(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(status(1), status(2), {**status(3), "text": None}))
    workspace = Workspace.create(tmp_path / "workspace")
    for form, rejected in (("twint", 3), (None, 1)):
        settings = IngestSettings(format=form)
        ingest.from_archives([str(path)], workspace=workspace, settings=settings)
        rejects = workspace.read("rejects")
        assert rejects["reason"].unique().to_list() == ["no tweet: no text"]
        assert rejects.height == workspace.read("ledger")["rejected"].item() == rejected


def test_names_listed_apart_from_tweets_are_joined_in_any_order(tmp_path):
    data = [{"id": str(NEW + number), "text": "a", "author_id": "8"} for number in range(2)]
    (tmp_path / "data_1.json").write_text(json.dumps(data))
    (tmp_path / "users_1.json").write_text(json.dumps({"users": [{"id": "8", "username": "ann"}]}))
    for first, second in (("data_1", "users_1"), ("users_1", "data_1")):
        workspace = Workspace.create(tmp_path / first)
        for name in (first, second):
            ingest.from_archives([str(tmp_path / f"{name}.json")], workspace=workspace)
        assert workspace.read("tweets")["author_name"].to_list() == ["ann", "ann"]
        assert workspace.read("authors").rows() == [(8, "ann")]


def test_no_table_of_authors_is_written_without_any(files, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    assert not workspace.has("authors")


def test_rows_that_lack_what_was_not_read_are_counted_once_a_member(tmp_path):
    tweet = {"id": "1146303338000000001", "text": "a", "public_metrics": {}}
    for name, fields in [("a", {"userId": "9", "fromUser": "ann"}), ("b", {"fromUser": "bob"})]:
        data = lines(*[tweet | fields] * 3, tweet)
        (tmp_path / f"{name}.jsonl").write_bytes(data)
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], workspace=workspace)
    assert (counts["unread"], counts["unread_author"], counts["odd"]) == (2, 6, 0)
    assert "unread_parent" not in counts
