"""Tweets: the table depends on what was read, on nothing else."""

import gzip
import io
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
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.support.paths import ROOT
from tests.support.reading import OUTCOMES, lines
from workbench import ingest
from workbench.exceptions import ArchiveError
from workbench.ingest import best_version, build, member_reader, merge, staging, tasks, workers
from workbench.recipe import IngestSettings
from workbench.schemas import RawTweets, Tweets
from workbench.storage import FORMAT, Workspace
from workbench.text import language

NEW = 1146307485200000000
COLUMNS = ["tweet_id", "reply_to_id", "is_embedded"]


def status(number: int, **more: object) -> dict:
    user = {"id": number % 7 + 1, "screen_name": f"user{number % 7}"}
    return {"id": NEW + number, "text": f"text {number}", "user": user, **more}


def minutes(count: int, *, size: int = 30, seed: int = 7) -> dict[str, bytes]:
    """Make minutes whose tweets overlap, quote, answer and delete each other."""
    rng = random.Random(seed)
    made = {}
    for minute in range(count):
        records = []
        for _ in range(size):
            number = rng.randrange(count * size)
            parent = NEW + rng.randrange(count * size)
            kind = rng.choice(["tweet", "reply", "quote", "retweet", "delete", "odd"])
            records.append(
                {
                    "tweet": status(number, lang=rng.choice(["en", "und", "de"])),
                    "reply": status(number, in_reply_to_status_id=parent),
                    "quote": status(number, quoted_status=status(number + 1, favorite_count=4)),
                    "retweet": status(number, retweeted_status=status(number + 2, text="x" * 9)),
                    "delete": {"delete": {"status": {"id": parent}}},
                    "odd": {"id": "odd"},
                }[kind]
            )
        made[f"2019/07/03/06/{minute:02}.json.gz"] = gzip.compress(lines(*records), mtime=0)
    return made


def tar(path: Path, files: dict[str, bytes]) -> str:
    with tarfile.open(path, "w") as bundle:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            bundle.addfile(info, io.BytesIO(data))
    return str(path)


def table(workspace: Workspace) -> dict[str, bytes]:
    """Give the bytes of what must not depend on how it was read."""
    paths = [*workspace.path("tweets").glob("*"), workspace.path("deletions")]
    return {path.name: path.read_bytes() for path in sorted(paths)}


@pytest.fixture
def files() -> dict[str, bytes]:
    return minutes(12)


@pytest.fixture
def expected(files, tmp_path) -> dict[str, bytes]:
    workspace = Workspace.create(tmp_path / "expected")
    ingest.from_archives([tar(tmp_path / "expected.tar", files)], workspace=workspace)
    return table(workspace)


# ------------------------------------------------------------------- the same bytes, however


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
    counted = [(each["members_read"], each["members_known"]) for each in (first, again, other)]
    assert counted == [(12, 12), (0, 12), (0, 12)]
    assert first["lines"] == again["lines"] == other["lines"] == 12 * 30
    assert table(workspace) == expected


def test_from_archives_gives_the_same_bytes_when_parts_are_small(
    files, expected, tmp_path, monkeypatch
):
    monkeypatch.setattr(member_reader, "ROWS_A_PART", 17)
    monkeypatch.setattr(tasks, "FIRST_TASK_BYTES", 1)
    monkeypatch.setattr(merge, "RAW_ROWS_AT_ONCE", 7)
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    assert table(workspace) == expected


def test_table_is_cut_at_ids_into_parts(files, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(merge, "ROWS_A_PART", 25)
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    parts = [pl.read_parquet(path) for path in sorted(workspace.path("tweets").glob("*"))]
    assert [part.height for part in parts[:-1]] == [25] * (counts["tweets"] // 25)
    whole = pl.read_parquet(io.BytesIO(expected["part-00000.parquet"]))
    assert_frame_equal(pl.concat(parts), whole)


_RUN = """
import sys
from workbench import Workspace, ingest
from workbench.ingest import tasks
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
    found = []
    for number in range(2):
        path.write_bytes(lines(status(number)))
        found.append(ingest.from_archives([str(path)], workspace=workspace)["changed"])
    assert found == [0, 1]
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
    found = [ingest.from_archives(paths, workspace=workspace)["damaged"] for _ in range(2)]
    assert found == [2, 2]


def test_links_are_not_damage(tmp_path):
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "one.jsonl").write_bytes(lines(status(1)))
    (tmp_path / "dump" / "two.jsonl").symlink_to("one.jsonl")
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(tmp_path / "dump")], workspace=workspace)
    assert (counts["members"], counts["damaged"]) == (2, 0)


# ------------------------------------------------------------------------ what becomes a row


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


# ------------------------------------------------------------------------------ sightings


def sightings(*rows: dict) -> pl.DataFrame:
    base = {
        "author_id": None,
        "text": "a",
        "hashtags": [],
        "is_truncated": False,
        "has_media": False,
        "is_embedded": False,
        "source": "twitterstream",
        "member": 1,
        "line": 1,
    }
    columns = RawTweets.create_empty().schema
    return pl.DataFrame([{**dict.fromkeys(columns), **base, **row} for row in rows], schema=columns)


def test_from_sightings_takes_the_best_of_each():
    row = best_version.from_raw_tweets(
        sightings(
            {"tweet_id": 5, "text": "short", "likes": 3, "hashtags": ["b"], "lang": "und"},
            {"tweet_id": 5, "text": "much longer but cut…", "is_truncated": True, "member": -4},
            {"tweet_id": 5, "text": "longer", "is_embedded": True, "likes": 9, "reply_to_id": 2}
            | {"member": -9, "hashtags": ["a", "b"], "lang": "en", "has_media": True},
        )
    ).row(0, named=True)
    assert (row["text"], row["is_truncated"], row["likes"]) == ("longer", False, 9)
    assert (row["reply_to_id"], row["hashtags"], row["lang"]) == (2, ["a", "b"], "en")
    assert (row["is_embedded"], row["member"], row["has_media"]) == (False, -4, True)


@pytest.mark.parametrize("code", [*language.UNDETERMINED, "UND"])
def test_from_sightings_takes_the_code_that_names_a_language(code):
    seen = sightings({"tweet_id": 5, "lang": code}, {"tweet_id": 5, "lang": "ar"})
    assert best_version.from_raw_tweets(seen)["lang"].to_list() == ["ar"]


def test_from_sightings_names_a_whole_member_rather_than_a_damaged_one():
    seen = sightings(
        {"tweet_id": 5, "member": 1, "line": 4},
        {"tweet_id": 5, "member": 3, "line": 4},
        {"tweet_id": 5, "member": 2, "line": 9, "is_embedded": True},
    )
    found = best_version.from_raw_tweets(seen, damaged=pl.Series([1]))
    assert found.select("member", "line", "is_embedded").rows() == [(3, 4, False)]


@st.composite
def _some_sightings(draw) -> pl.DataFrame:
    known = st.none() | st.integers(0, 3)
    row = st.fixed_dictionaries(
        {
            "tweet_id": st.integers(1, 3),
            "text": st.sampled_from(["", "a", "b", "ab", "été"]),
            "likes": known,
            "author_id": known,
            "reply_to_id": known,
            "lang": st.sampled_from([None, "und", "en", "de", "zxx"]),
            "hashtags": st.lists(st.sampled_from("abc"), unique=True).map(sorted),
            "is_truncated": st.booleans(),
            "is_embedded": st.booleans(),
            "is_sensitive": st.none() | st.booleans(),
            "member": st.integers(1, 2),
            "line": st.integers(1, 3),
        }
    )
    return sightings(*draw(st.lists(row, min_size=1, max_size=12)))


@given(seen=_some_sightings(), seed=st.integers(0, 99), cut=st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_merging_in_steps_and_in_any_order_gives_the_same(seen, seed, cut):
    damaged = pl.Series([1])
    whole = best_version.from_raw_tweets(seen, damaged=damaged)
    mixed = seen.sample(fraction=1, shuffle=True, seed=seed)
    first = best_version.from_raw_tweets(mixed.head(cut), damaged=damaged)
    again = pl.concat([first, mixed.slice(cut)])
    assert_frame_equal(best_version.from_raw_tweets(again, damaged=damaged), whole)
    assert_frame_equal(best_version.from_raw_tweets(whole, damaged=damaged), whole)
    assert whole["tweet_id"].to_list() == sorted(seen["tweet_id"].unique())


# ------------------------------------------------------------------------------- real dumps

FACTS = {
    "twitterstream_2019_07_03.tar": (44_845, 10_965, 33_880, 11_306, 0),
    "twitter-stream-20190703.tar": (15_197, 3_802, 11_395, 4_027, 0),
    "archiveteam-twitter-stream-2013-08.tar": (9_239, 8_290, 949, 8_205, 43),
    "archiveteam-twitter-stream-2017-01.tar": (4_279, 3_696, 583, 3_779, 18),
}


@pytest.mark.parametrize("name", FACTS)
def test_real_stream_dumps_are_read_to_the_last_line(real_data, tmp_path, name):
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(real_data / "twitterstream" / name)], workspace=workspace)
    ledger = workspace.read("ledger").sum()
    statuses = ledger["tweets"].item() + ledger["carriers"].item()
    deletions = ledger["deletions"].item()
    found = (counts["lines"], statuses, deletions, counts["rows"], counts["deleted"])
    assert found == FACTS[name]
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


def test_pheme_has_every_tweet_and_every_link(real_data, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(real_data / "pheme-en.tar.gz")], workspace=workspace)
    rows = workspace.read("tweets", columns=COLUMNS).filter(~pl.col("is_embedded"))
    assert rows.height == 5_056
    assert rows["reply_to_id"].null_count() == 318
    assert _links(rows) == 4_617
    assert counts["deleted"] == 0
    # Each thread has its `structure.json`, a nest of ids, which is no tweet.
    reasons = workspace.read("rejects")["reason"].unique().to_list()
    assert all("unknown format" in reason for reason in reasons)


def test_ledger_survives_a_round_of_json(files, tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    for row in workspace.read("ledger").drop("seconds").iter_rows(named=True):
        assert json.loads(json.dumps(row)) == row
        assert row["lines"] == 30
        assert sum(each["count"] for each in row["reject_reasons"]) == row["rejected"]


# ------------------------------------------------------------------- earlier workspace formats


def test_staged_tasks_of_workspace_format_1_are_merged_with_a_status(files, tmp_path):
    path = tar(tmp_path / "a.tar", files)
    new, old = (Workspace.create(tmp_path / name) for name in ("new", "old"))
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "link").symlink_to("nowhere")
    for workspace in (new, old):
        build.stage([path, str(tmp_path / "dump")], workspace=workspace)
    for ledger in staging.folder(old).glob("*/ledger.parquet"):
        pl.read_parquet(ledger).drop("status").write_parquet(ledger)
    assert merge.merge(old) == merge.merge(new)
    assert_frame_equal(old.read("ledger").drop("seconds"), new.read("ledger").drop("seconds"))
    assert new.read("ledger")["status"].value_counts().sort("status").rows() == [
        ("whole", len(files)),
        ("skipped", 1),
    ]


def test_workspace_of_format_1_is_marked_as_the_current_one_before_it_is_written(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    marker = workspace.root / "workspace.json"
    marker.write_text('{"format": 1}')
    workspace = Workspace.open(workspace.root)
    assert json.loads(marker.read_text()) == {"format": 1}
    with workspace.locked():
        pass
    assert json.loads(marker.read_text()) == {"format": FORMAT}


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
