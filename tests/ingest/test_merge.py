"""The tables do not depend on the order of arrival, nor on where a merge dies."""

import json
from pathlib import Path

import pytest

from tests.support.dumps import status, table, tar
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
        patch.setattr("workbench.storage.atomic.remove", lambda _: None)
        try:
            ingest.from_archives([path], workspace=workspace)
        except KeyboardInterrupt:
            pass
        else:
            assert step > 4
    workspace = Workspace.open(tmp_path / "workspace")
    ingest.from_archives([path], workspace=workspace)
    assert table(workspace) == expected


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
