"""The tables depend on what was read, and on nothing else."""

import json
import random
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.support.dumps import minutes, table, tar
from tests.support.paths import ROOT
from tests.support.reading import OUTCOMES
from workbench import ingest
from workbench.exceptions import ArchiveError
from workbench.ingest import member_reader, tasks, tweet_table, workers
from workbench.recipe import IngestSettings
from workbench.schemas import Tweets
from workbench.storage import FORMAT, Workspace

COLUMNS = ["tweet_id", "reply_to_id", "is_embedded"]


def test_from_archives_gives_the_same_bytes_with_two_workers(
    files, expected, tmp_path, monkeypatch
):
    monkeypatch.setattr(workers, "ONE_PROCESS_BYTES", 0)
    monkeypatch.setattr(tasks, "FIRST_TASK_BYTES", 2000)
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace, workers=2)
    assert counts["members_read"] == len(files)
    assert table(workspace) == expected


@pytest.mark.parametrize("seed", range(3))
def test_from_archives_gives_the_same_bytes_in_any_order(files, expected, tmp_path, seed):
    rng = random.Random(seed)
    names = list(files)
    rng.shuffle(names)
    paths = [
        tar(tmp_path / f"{part}.tar", {f"{part}/{name}": files[name] for name in names[part::3]})
        for part in range(3)
    ]
    rng.shuffle(paths)
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives(paths, workspace=workspace)
    assert table(workspace) == expected


def test_from_archives_gives_the_same_bytes_in_several_runs(files, expected, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    for part in (2, 0, 1):
        some = {name: files[name] for name in list(files)[part::3]}
        ingest.from_archives([tar(tmp_path / f"{part}.tar", some)], workspace=workspace)
    assert table(workspace) == expected
    assert workspace.read("ledger").height == len(files)


def test_from_archives_reads_nothing_twice(files, expected, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    path = tar(tmp_path / "a.tar", files)
    moved = tar(tmp_path / "moved.tar", {f"elsewhere/{name}": files[name] for name in files})
    first = ingest.from_archives([path, moved], workspace=workspace)
    again = ingest.from_archives([path], workspace=workspace)
    other = ingest.from_archives([moved], workspace=workspace)
    names = ["members_read", "members_known", "members_repeated"]
    counted = [tuple(each[name] for name in names) for each in (first, again, other)]
    assert counted == [(12, 0, 12), (0, 12, 0), (0, 12, 0)]
    assert first["lines"] == again["lines"] == other["lines"] == 12 * 30
    assert table(workspace) == expected


def test_counts_of_members_do_not_depend_on_the_number_of_workers(files, tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "TASK_MEMBERS", 5)
    monkeypatch.setattr(workers, "ONE_PROCESS_BYTES", 0)
    path = tar(tmp_path / "a.tar", files)
    moved = tar(tmp_path / "moved.tar", {f"elsewhere/{name}": files[name] for name in files})
    for count in (1, 2):
        workspace = Workspace.create(tmp_path / str(count))
        counts = ingest.from_archives([path, moved], workspace=workspace, workers=count)
        assert (counts["members_read"], counts["members_repeated"]) == (12, 12)
        assert counts["members_known"] == 0


def test_from_archives_gives_the_same_bytes_when_parts_are_small(
    files, expected, tmp_path, monkeypatch
):
    monkeypatch.setattr(member_reader, "ROWS_A_PART", 17)
    monkeypatch.setattr(tasks, "FIRST_TASK_BYTES", 1)
    monkeypatch.setattr(tweet_table, "RAW_ROWS_AT_ONCE", 7)
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    assert table(workspace) == expected


_RUN = """
import sys
from workbench import Workspace, ingest
from workbench.ingest import tasks, tweet_table
tasks.FIRST_TASK_BYTES = tasks.TASK_BYTES = 1
workspace = Workspace.create(sys.argv[1])
print("begin", flush=True)
ingest.from_archives([sys.argv[2]], workspace=workspace)
"""


def test_a_wrong_format_can_be_put_right(tmp_path, files):
    path = tar(tmp_path / "a.tar", dict(list(files.items())[:2]))
    right, wrong = (Workspace.create(tmp_path / name) for name in ("right", "wrong"))
    expected = ingest.from_archives([path], workspace=right)
    counts = ingest.from_archives([path], workspace=wrong, settings=IngestSettings(format="twint"))
    assert counts["tweets"] == 0
    assert counts["rejected"] > 0
    counts = ingest.from_archives([path], workspace=wrong)
    assert counts == expected
    assert wrong.read("rejects").equals(right.read("rejects"))
    assert ingest.from_archives([path], workspace=wrong)["members_known"] == 2


def test_run_that_is_killed_goes_on_where_it_was(tmp_path):
    files = minutes(60, size=60)
    path = tar(tmp_path / "a.tar", files)
    whole = Workspace.create(tmp_path / "expected")
    began = time.perf_counter()
    ingest.from_archives([path], workspace=whole)
    seconds = 2 * (time.perf_counter() - began)
    rng = random.Random(7)
    for share in (0.3, 0.9):
        command = [sys.executable, "-c", _RUN, str(tmp_path / "workspace"), path]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert run.stdout.readline() == b"begin\n"
        time.sleep(seconds * share * rng.uniform(0.5, 1))
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
    workspace = Workspace.open(tmp_path / "workspace")
    counts = ingest.from_archives([path], workspace=workspace)
    assert table(workspace) == table(whole)
    assert counts["lines"] == 60 * 60
    assert not (tmp_path / "workspace" / "1_tweets" / "staging").exists()


def test_empty_archives_give_empty_tables(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(tmp_path / "empty.jsonl")], workspace=workspace)
    assert (counts["tweets"], counts["lines"], counts["members"]) == (0, 0, 1)
    assert Tweets.is_valid(workspace.read("tweets"))
    assert workspace.read("rejects").is_empty()


def test_missing_archive_is_an_error_before_anything_is_written(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    with pytest.raises(ArchiveError, match="does not exist"):
        ingest.from_archives([str(tmp_path / "none.tar")], workspace=workspace)
    assert not workspace.has("ledger")


def test_progress_ends_at_its_total(files, tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "FIRST_TASK_BYTES", 1000)
    folder = tmp_path / "dump"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    seen = []
    ingest.from_archives(
        [str(folder)],
        workspace=Workspace.create(tmp_path / "workspace"),
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert seen[-1] == (sum(map(len, files.values())),) * 2


FACTS = {
    "twitterstream_2019_07_03.tar": (44_845, 10_965, 33_880, 11_306, 0),
    "twitter-stream-20190703.tar": (15_197, 3_802, 11_395, 4_027, 0),
    "archiveteam-twitter-stream-2013-08.tar": (9_239, 8_290, 949, 8_205, 43),
    "archiveteam-twitter-stream-2017-01.tar": (4_279, 3_696, 583, 3_779, 18),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FACTS)
def test_real_stream_dumps_are_read_to_the_last_line(real_data, tmp_path, name):
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(real_data / "twitterstream" / name)], workspace=workspace)
    ledger = workspace.read("ledger").sum()
    statuses = ledger["tweets"].item() + ledger["carriers"].item()
    deletions = ledger["deletions"].item()
    totals = (counts["lines"], statuses, deletions, counts["rows"], counts["deleted"])
    assert totals == FACTS[name]
    assert counts["lines"] == sum(ledger[kind].item() for kind in OUTCOMES)
    assert ledger["rejected"].item() == 0
    assert workspace.read("ledger")["damage"].null_count() == counts["members"]
    rows = workspace.read("tweets", columns=[*COLUMNS, "created_at"])
    assert rows["created_at"].null_count() == 0
    if name == "twitterstream_2019_07_03.tar":
        own = rows.filter(~pl.col("is_embedded"))
        assert _links(own) == 6
        assert _links(rows) == 92


def _links(rows: pl.DataFrame) -> int:
    return rows["reply_to_id"].is_in(rows["tweet_id"].implode()).sum()


def test_two_namings_of_the_same_minutes_give_the_same_tweets(real_data, tmp_path):
    folder = real_data / "twitterstream"
    old, new = Workspace.create(tmp_path / "old"), Workspace.create(tmp_path / "new")
    with tarfile.open(folder / "twitterstream_2019_07_03.tar") as bundle:
        for member in bundle:
            if member.name.endswith(("29.json.bz2", "30.json.bz2")):
                (tmp_path / Path(member.name).name).write_bytes(bundle.extractfile(member).read())
    ingest.from_archives([str(tmp_path / "*.bz2")], workspace=old)
    ingest.from_archives([str(folder / "twitter-stream-20190703.tar")], workspace=new)
    assert_frame_equal(
        old.read("tweets").drop("member", "line"), new.read("tweets").drop("member", "line")
    )


@pytest.mark.slow
def test_pheme_has_every_tweet_and_every_link(real_data, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(real_data / "pheme-en.tar.gz")], workspace=workspace)
    rows = workspace.read("tweets", columns=COLUMNS).filter(~pl.col("is_embedded"))
    assert rows.height == 5_056
    assert rows["reply_to_id"].null_count() == 318
    assert _links(rows) == 4_617
    assert counts["deleted"] == 0
    # Each thread has its `structure.json`, a nest of ids, which is no tweet.
    assert workspace.read("rejects")["kind"].unique().to_list() == ["unknown_format"]


def test_workspace_of_format_1_is_marked_as_the_current_one_before_it_is_written(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    marker = workspace.root / "workspace.json"
    marker.write_text('{"format": 1}')
    workspace = Workspace.open(workspace.root)
    assert json.loads(marker.read_text()) == {"format": 1}
    with workspace.locked():
        pass
    assert json.loads(marker.read_text()) == {"format": FORMAT}
