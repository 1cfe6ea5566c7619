"""The last version of an edited tweet stands for all, whatever the order of the dumps."""

import json
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.support.dumps import table
from tests.support.property_tests import examples
from tests.support.reading import lines
from workbench import ingest, threads
from workbench.ingest import build, edits, merge, tweet_table
from workbench.pipeline import deletions
from workbench.storage import Workspace

#: A question, the versions of an answer, and a reply to the first of them.
ASKED = 1576994700000000000
VERSIONS = [1576994746135764992, 1576994789110992896, 1576994889110992896]
REPLY = VERSIONS[0] + 1_000


def version(number: int, *, known: int = 3, **more: object) -> dict:
    """Write a version of the answer as API v2, fetched when `known` versions existed."""
    history = [str(tweet_id) for tweet_id in VERSIONS[:known]]
    return {
        "id": str(VERSIONS[number]),
        "text": f"@ann Version {number}" + " is longer" * (3 - number),
        "author_id": "9",
        "edit_history_tweet_ids": history,
        "referenced_tweets": [{"type": "replied_to", "id": str(ASKED)}],
        **more,
    }


def tweet(tweet_id: int, reply_to: int | None = None) -> dict:
    references = [{"type": "replied_to", "id": str(reply_to)}] if reply_to else []
    return {
        "id": str(tweet_id),
        "text": f"Text {tweet_id}",
        "author_id": "8",
        "edit_history_tweet_ids": [str(tweet_id)],
        "referenced_tweets": references,
    }


@pytest.fixture
def read(tmp_path):
    """Return a function that reads records into one workspace, a run per call."""
    workspace = Workspace.create(tmp_path / "workspace")

    def run(*records: dict) -> Workspace:
        path = tmp_path / f"{random.random()}.jsonl"
        path.write_bytes(lines(*records))
        run.counts = ingest.from_archives([str(path)], workspace=workspace)
        return workspace

    return run


def rows(workspace: Workspace) -> dict[int, str]:
    tweets = workspace.read("tweets").filter(pl.col("author_id") == 9)
    return dict(tweets.select("tweet_id", "text").rows())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("is_one_run", [True, False])
def test_last_version_replaces_the_others(read, order, is_one_run):
    versions = [version(number) for number in order]
    for records in [versions] if is_one_run else [[each] for each in versions]:
        workspace = read(*records)
    assert rows(workspace) == {VERSIONS[2]: "@ann Version 2 is longer"}
    assert workspace.edits().rows() == [(each, VERSIONS[2]) for each in VERSIONS]


def test_counts_are_the_highest_of_all_versions_and_the_rest_is_of_the_last(read):
    first = version(0, public_metrics={"like_count": 7, "reply_count": 1})
    first |= {"attachments": {"media_keys": ["3_1"]}, "lang": "de"}
    first["entities"] = {"hashtags": [{"tag": "old"}]}
    last = version(1, public_metrics={"like_count": 2, "reply_count": 4}, lang="en")
    row = read(last, first).read("tweets").row(0, named=True)
    assert (row["likes"], row["replies"], row["lang"]) == (7, 4, "en")
    assert (row["hashtags"], row["has_media"], row["line"]) == ([], False, 1)
    assert int(row["created_at"].timestamp() * 1000) == (VERSIONS[0] >> 22) + 1288834974657


def test_best_present_version_stands_until_a_later_one_comes(read):
    assert rows(read(version(1), tweet(REPLY, VERSIONS[2]))).keys() == {VERSIONS[1]}
    workspace = read(version(0))
    assert rows(workspace).keys() == {VERSIONS[1]}
    assert workspace.read("tweets")["reply_to_id"].drop_nulls().to_list() == [VERSIONS[1], ASKED]
    counted = {name: read.counts[name] for name in ("edited", "replaced", "outdated")}
    assert counted == {"edited": 1, "replaced": 1, "outdated": 1}
    workspace = read(version(2))
    assert rows(workspace).keys() == {VERSIONS[2]}
    assert read.counts["outdated"] == 0


def test_histories_that_overlap_belong_to_one_tweet(read):
    chain = [version(number) for number in range(3)]
    chain[0]["edit_history_tweet_ids"] = [str(VERSIONS[0])]
    chain[1]["edit_history_tweet_ids"] = [str(each) for each in VERSIONS[:2]]
    chain[2]["edit_history_tweet_ids"] = [str(each) for each in VERSIONS[1:]]
    assert rows(read(*chain)).keys() == {VERSIONS[2]}


def test_replies_to_any_version_hang_below_the_last(read):
    workspace = read(
        tweet(ASKED),
        *map(version, range(3)),
        tweet(REPLY, VERSIONS[0]),
        tweet(VERSIONS[2] + 5, VERSIONS[1]),
    )
    forest = threads.from_tweets(workspace.scan("tweets"), edits=workspace.edits())
    assert forest.turns.select("thread_id", "tweet_id", "parent_id").rows() == [
        (ASKED, ASKED, None),
        (ASKED, VERSIONS[2], ASKED),
        (ASKED, REPLY, VERSIONS[2]),
        (ASKED, VERSIONS[2] + 5, VERSIONS[2]),
    ]
    assert forest.counts["cut_older"] == 0


@pytest.mark.parametrize("deleted", range(3))
@pytest.mark.parametrize("is_known_before", [True, False])
def test_deleting_one_version_deletes_the_tweet(read, deleted, is_known_before):
    deletion = {"delete": {"status": {"id": VERSIONS[deleted]}}}
    if is_known_before:
        read(version(1), tweet(ASKED))
    read(deletion)
    workspace = read(version(0), version(2), tweet(ASKED))
    assert rows(workspace) == {}
    assert workspace.read("deletions").rows() == [(each, True) for each in VERSIONS]
    assert (read.counts["rows"], read.counts["deleted"], read.counts["tweets"]) == (2, 1, 1)


def test_deletion_by_hand_of_an_earlier_version_deletes_the_tweet(read):
    workspace = read(version(0), version(2))
    deletions.add([VERSIONS[1]], workspace=workspace)
    assert workspace.read("tweets").is_empty()


def test_history_without_the_tweet_is_counted_and_ignored(read):
    odd = version(1) | {"edit_history_tweet_ids": [str(VERSIONS[0]), str(VERSIONS[2])]}
    workspace = read(odd, version(0, known=1))
    assert rows(workspace).keys() == {VERSIONS[0], VERSIONS[1]}
    assert workspace.edits() is None
    assert workspace.read("ledger")["odd_fields"].to_list() == [
        [{"kind": "edit_history", "count": 1}]
    ]


@pytest.mark.parametrize("step", merge.Step)
def test_merge_that_dies_at_any_step_is_repeated(tmp_path, step):
    def die(reached: merge.Step) -> None:
        if reached is step:
            raise KeyboardInterrupt

    records = [version(0), tweet(REPLY, VERSIONS[0]), version(2)]
    for number, each in enumerate(records):
        (tmp_path / f"{number}.jsonl").write_bytes(lines(each))
    paths = [str(tmp_path / f"{number}.jsonl") for number in range(3)]
    tables = []
    for name, crashes in [("whole", False), ("killed", True)]:
        workspace = Workspace.create(tmp_path / name)
        ingest.from_archives(paths[:1], workspace=workspace)
        build.stage(paths[1:], workspace=workspace)
        if crashes:
            with pytest.raises(KeyboardInterrupt):
                merge.merge(workspace, on_step=die)
        merge.merge(workspace)
        tables.append(table(workspace) | {"edits": workspace.path("edits").read_bytes()})
    assert tables[0] == tables[1]


records = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(0, 9), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=examples(12))
@given(records=records, runs=st.integers(1, 3), data=st.data())
def test_order_and_number_of_runs_do_not_matter(tmp_path_factory, records, runs, data):
    written = [
        version(number, known=max(known, number + 1), public_metrics={"like_count": likes})
        if is_answer
        else tweet(REPLY + number, VERSIONS[known - 1])
        for number, known, likes, is_answer in records
    ]
    written.append({"delete": {"status": {"id": ASKED}}})
    order = data.draw(st.permutations(written))
    folder = tmp_path_factory.mktemp("edits")
    frames = []
    for name, parts in [("one", [written]), ("many", [order[at::runs] for at in range(runs)])]:
        workspace = Workspace.create(folder / name)
        for number, part in enumerate(parts):
            path = folder / f"{name}-{number}.jsonl"
            path.write_bytes(lines(*part))
            ingest.from_archives([str(path)], workspace=workspace)
        frames.append(workspace.read("tweets").drop("member", "line"))
    assert_frame_equal(*frames)


def test_versions_in_other_ranges_and_parts_are_merged(read, monkeypatch):
    monkeypatch.setattr(tweet_table, "RAW_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(tweet_table, "ROWS_A_PART", 3)
    others = [tweet(VERSIONS[0] + number) for number in range(1, 8)]
    others += [tweet(VERSIONS[1] + number) for number in range(1, 8)]
    workspace = read(*map(version, range(3)), *others)
    assert rows(workspace) == {VERSIONS[2]: "@ann Version 2 is longer"}
    assert workspace.read("tweets")["tweet_id"].is_sorted()
    assert workspace.read("tweets").height == 15


def test_long_chains_and_stars_are_resolved():
    chain = pl.DataFrame({"tweet_id": range(1, 5_000), "current_id": range(2, 5_001)})
    shuffled = chain.sample(fraction=1, shuffle=True, seed=1)
    present = pl.DataFrame({"tweet_id": [17, 40]})
    assert edits.resolve(shuffled, present=present)["current_id"].unique().to_list() == [40]


HISTORY = {"edit_tweet_ids": [str(each) for each in VERSIONS[:2]]}
LATER = {"initial_tweet_id": str(VERSIONS[0]), "edit_control_initial": HISTORY}


def _status(number: int, **more: object) -> dict:
    user = {"id": 9, "id_str": "9", "screen_name": "bob"}
    tweet_id = VERSIONS[number]
    return {"id": tweet_id, "id_str": str(tweet_id), "text": f"v{number}", "user": user, **more}


def _archive(number: int) -> dict:
    listed = {"editTweetIds": HISTORY["edit_tweet_ids"]}
    later = {"edit": {"initialTweetId": str(VERSIONS[0]), "editControlInitial": listed}}
    tweet_id = str(VERSIONS[number])
    history = later if number else {"initial": listed}
    return {"tweet": {"id_str": tweet_id, "id": tweet_id, "full_text": f"v{number}"}
            | {"edit_info": history}}  # fmt: skip


def _graphql(number: int) -> dict:
    user = {"rest_id": "9", "core": {"screen_name": "bob"}, "legacy": {}}
    return {
        "rest_id": str(VERSIONS[number]),
        "core": {"user_results": {"result": user}},
        "legacy": {"full_text": f"v{number}"},
        "edit_control": LATER if number else HISTORY,
    }


@pytest.mark.parametrize(
    "records",
    [
        [_status(0), _status(1, edit_history=HISTORY)],
        [_status(1), _status(0, edit_history=HISTORY)],
        [{**_status(7 - 5), "quoted_status": _status(1, edit_history=HISTORY)}, _status(0)],
        [_archive(0), _archive(1)],
        [_graphql(1), _graphql(0)],
    ],
    ids=["v1.1", "v1.1, first", "v1.1, quoted", "archive", "graphql"],
)
def test_every_source_names_versions(read, records):
    workspace = read(*records)
    texts = workspace.read("tweets")["text"].to_list()
    assert "v1" in texts
    assert "v0" not in texts, json.dumps(records)
