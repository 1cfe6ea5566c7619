"""What an export contains, and when it is refused."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import kept
from tests.support.exports_by_hand import NAMES, SECRET, UNRATED, data, lines, recipe, write_export
from tests.support.kept import turn
from tests.support.property_tests import examples
from workbench import export
from workbench.exceptions import ExportError
from workbench.export.formats import FORMATS
from workbench.export.manifest import Manifest
from workbench.recipe import Recipe, SelectSettings


def test_from_selection_writes_a_complete_export(turns, tmp_path):
    manifest = write_export(turns, tmp_path / "pack", recipe=recipe("oasst", "messages"))
    names = {path.name for path in (tmp_path / "pack").iterdir()}
    assert names == {
        *["oasst.jsonl", "messages.jsonl", "ids.txt"],
        *["recipe.toml", "README.md", "manifest.json", "dataset_info.json"],
    }
    assert {path.name for path in tmp_path.iterdir()} == {"pack"}
    assert Manifest.load(tmp_path / "pack") == manifest
    assert Recipe.load(tmp_path / "pack" / "recipe.toml") == recipe("oasst", "messages")
    assert export.verify(tmp_path / "pack").is_ok


def test_from_selection_writes_clean_messages_of_kept_threads(turns, tmp_path):
    write_export(turns, tmp_path / "pack", recipe=recipe(paths="all"))
    contents = [
        [message["content"] for message in record["messages"]]
        for record in lines(tmp_path / "pack" / "messages.jsonl")
    ]
    assert contents == [
        ["why is the sky blue? ask @user4", "it reflects the sea [link]"],
        [
            "why is the sky blue? ask @user4",
            "because of air, mail [email]",
            "and at night?",
            "no sun",
        ],
        ["how do I cook rice?", "steam it"],
    ]


def test_manifest_matches_the_files(turns, tmp_path):
    chosen = recipe("messages", "dialog", paths="all")
    manifest = write_export(turns, tmp_path / "pack", recipe=chosen)
    assert datetime.fromisoformat(manifest.created_at).tzinfo is not None
    facts = manifest.model_dump(
        include={
            *["threads_seen", "threads_kept", "threads_written", "turns_kept", "tweets"],
            *["cut", "privacy", "provenance", "roles", "paths", "recipe"],
        }
    )
    assert facts == {
        "threads_seen": 4,
        "threads_kept": 3,
        "threads_written": 2,
        "turns_kept": 9,
        "tweets": 7,
        # A picture is the only reply of thread 40, which has no answer without it.
        "cut": {
            "alternating": {"no_text_left": 1, "unanswered": 1},
            "whole": {"no_text_left": 1, "unanswered": 1},
        },
        "privacy": {"email": 1, "leading": 6, "link": 2, "mention": 1},
        "provenance": {"turns": "abc"},
        "roles": "dialogue",
        "paths": "all",
        "recipe": chosen.digest(),
    }
    assert manifest.rules == [
        {
            "rule": "turns",
            "title": "Turns",
            "removed_first": 1,
            "removed_at_all": 1,
            "removed_only": 1,
            "kept_by_hand": 0,
        }
    ]
    messages, dialog = manifest.files[:2]
    assert (messages.records, messages.turns, messages.distinct_turns) == (3, 8, 7)
    assert messages.repetition == pytest.approx(8 / 7)
    assert (dialog.records, dialog.turns, dialog.repetition) == (2, 7, 1)
    assert messages.words > dialog.words > 0


def test_ids_are_the_tweets_in_the_other_files(turns, tmp_path):
    def ids(*formats, **options):
        pack = tmp_path / "-".join([*formats, *options.values()])
        write_export(turns, pack, recipe=recipe(*formats, **options))
        return [int(line) for line in (pack / "ids.txt").read_text().split()]

    assert ids("messages") == [1, 5, 30, 31]
    assert ids("messages", paths="all") == [1, 2, 3, 4, 5, 30, 31]
    assert ids("messages", "oasst") == [1, 2, 3, 4, 5, 30, 31]
    assert ids("alpaca", paths="all") == [1, 2, 5, 30, 31]
    assert ids("ids") == [1, 2, 3, 4, 5, 30, 31]


def test_an_export_of_ids_contains_no_text(turns, tmp_path):
    manifest = write_export(turns, tmp_path / "pack", recipe=recipe("ids", "ids.txt"))
    assert [file.name for file in manifest.files] == ["ids.txt", "recipe.toml", "README.md"]
    assert not any(b"sky" in content for content in data(tmp_path / "pack").values())
    assert export.verify(tmp_path / "pack").is_ok


def test_oasst_prompt_without_a_language_takes_that_of_its_thread(turns, tmp_path):
    facts = kept.threads(turns).with_columns(lang=pl.lit("en"))
    export.from_selection(
        turns.with_columns(pl.col("lang").replace("und", "mis")),
        facts,
        kept.verdicts(turns),
        recipe=recipe("oasst"),
        folder=tmp_path / "pack",
        provenance={},
        secret=SECRET,
    )
    trees = lines(tmp_path / "pack" / "oasst.jsonl")
    assert [tree["prompt"]["lang"] for tree in trees] == ["en"] * 3


def test_oasst_users_are_the_same_in_all_threads_and_never_named(turns, tmp_path):
    write_export(turns, tmp_path / "pack", recipe=recipe("oasst"))
    first, second = lines(tmp_path / "pack" / "oasst.jsonl")
    assert first["prompt"]["user_id"] == second["prompt"]["replies"][0]["user_id"]
    assert not any(b"name7" in content for content in data(tmp_path / "pack").values())


EVERYTHING = recipe(
    *NAMES, "messages.parquet", "oasst.jsonl.gz", "sharegpt.jsonl.zst", paths="all", meta="sidecar"
)


def test_two_runs_differ_only_in_the_time_of_the_manifest(turns, tmp_path):
    rated = kept.answers(turns)
    first = write_export(turns, tmp_path / "a", recipe=EVERYTHING, answers=rated)
    second = write_export(turns, tmp_path / "b", recipe=EVERYTHING, answers=rated)
    assert data(tmp_path / "a") == data(tmp_path / "b")
    assert first.model_copy(update={"created_at": ""}) == second.model_copy(
        update={"created_at": ""}
    )


@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 99), turns_at_once=st.integers(1, 12), is_lazy=st.booleans())
def test_bytes_depend_neither_on_the_order_of_rows_nor_on_the_batches(
    turns, tmp_path_factory, seed, turns_at_once, is_lazy
):
    folder = tmp_path_factory.mktemp("packs")
    rated = kept.answers(turns)
    write_export(turns, folder / "a", recipe=EVERYTHING, answers=rated)
    shuffled = turns.sample(fraction=1, shuffle=True, seed=seed)
    other_turns = shuffled.lazy() if is_lazy else shuffled
    write_export(
        other_turns,
        folder / "b",
        recipe=EVERYTHING,
        answers=rated.sample(fraction=1, shuffle=True, seed=seed),
        turns_at_once=turns_at_once,
    )
    assert data(folder / "a") == data(folder / "b")


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("paths", ["best", "all"])
@pytest.mark.parametrize("meta", ["none", "record", "sidecar"])
def test_preview_equals_the_written_records(turns, tmp_path, name, paths, meta):
    chosen, rated = recipe(name, paths=paths, meta=meta), kept.answers(turns)
    write_export(turns, tmp_path / "pack", recipe=chosen, answers=rated)
    file = tmp_path / "pack" / f"{name}.{FORMATS[name].ENCODINGS[0]}"
    whole = pl.read_parquet(file).to_dicts() if file.suffix == ".parquet" else lines(file)
    facts, verdicts = kept.threads(turns), kept.verdicts(turns, removed=(20,))
    for limit in (0, 1, 100):
        shown = export.preview(
            turns,
            facts,
            verdicts,
            recipe=chosen,
            secret=SECRET,
            answers=rated,
            limit=limit,
        )
        assert shown == whole[:limit]


def test_preview_of_nothing_kept_is_empty(turns):
    nothing = kept.verdicts(turns, removed=(1, 20, 30, 40))
    assert export.preview(turns, kept.threads(turns), nothing, recipe=recipe(), secret=SECRET) == []


def test_splits_share_no_thread(turns, tmp_path):
    many = [
        [turn(n, None, 7, f"question {n}?"), turn(n + 1, n, 8, f"answer {n}")]
        for n in range(100, 300, 2)
    ]
    manifest = write_export(
        kept.turns(*many), tmp_path / "pack", recipe=recipe("messages", "oasst", validation=0.3)
    )
    names = [file.name for file in manifest.files if file.split]
    assert names == [
        f"{n}.{s}.jsonl" for n in ("messages", "oasst") for s in ("train", "validation")
    ]
    train, validation = (
        {record["messages"][0]["content"] for record in lines(tmp_path / "pack" / name)}
        for name in names[:2]
    )
    assert (len(train) + len(validation), len(train & validation)) == (100, 0)
    assert 15 < len(validation) < 45
    trees = lines(tmp_path / "pack" / names[3])
    assert {tree["prompt"]["text"] for tree in trees} == validation
    assert export.verify(tmp_path / "pack").is_ok


@pytest.mark.parametrize("policy", ["author", "dialogue", "first_reply"])
def test_every_policy_writes_valid_records(turns, tmp_path, policy):
    chosen = recipe(*UNRATED, roles=policy, paths="all")
    manifest = write_export(turns, tmp_path / "pack", recipe=chosen)
    result = export.verify(tmp_path / "pack")
    assert result.is_ok
    assert result.records == sum(file.records or 0 for file in manifest.files)
    # Every tweet of a kept thread is written or counted in `cut`.
    assert manifest.turns_kept == manifest.tweets + sum(manifest.cut["whole"].values())


def test_from_selection_replaces_an_export_only_if_asked(turns, tmp_path):
    write_export(turns, tmp_path / "pack", recipe=recipe())
    before = data(tmp_path / "pack")
    with pytest.raises(ExportError, match="already exists"):
        write_export(turns, tmp_path / "pack", recipe=recipe("oasst"))
    assert data(tmp_path / "pack") == before
    write_export(turns, tmp_path / "pack", recipe=recipe("oasst"), overwrite=True)
    assert "oasst.jsonl" in data(tmp_path / "pack")
    assert "messages.jsonl" not in data(tmp_path / "pack")


def test_from_selection_never_overwrites_other_folders(turns, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(ExportError, match="is not an export"):
        write_export(turns, tmp_path / "home", recipe=recipe(), overwrite=True)
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize(
    ("chosen", "removed", "error"),
    [
        (
            recipe("oasst", "messages", "alpaca", paths="tree"),
            (),
            "not work with messages, alpaca",
        ),
        (recipe(), (1, 20, 30, 40), "None of 4 threads"),
    ],
)
def test_from_selection_fails_without_leaving_files(turns, tmp_path, chosen, removed, error):
    with pytest.raises(ExportError, match=error):
        write_export(turns, tmp_path / "pack", recipe=chosen, removed=removed)
    assert list(tmp_path.iterdir()) == []


def test_paths_tree_works_with_formats_of_trees(turns, tmp_path):
    write_export(turns, tmp_path / "pack", recipe=recipe("oasst", "oasst_messages", paths="tree"))
    assert export.verify(tmp_path / "pack").is_ok


def test_from_selection_refuses_a_selection_older_than_the_threads(turns, tmp_path):
    facts, verdicts = kept.threads(turns), kept.verdicts(turns)
    for stale_turns, stale_facts in (
        (turns.filter(pl.col("thread_id") != 30), facts),
        (turns, facts.filter(pl.col("thread_id") != 30)),
    ):
        with pytest.raises(ExportError, match="1 of 4 kept threads"):
            export.from_selection(
                stale_turns,
                stale_facts,
                verdicts,
                recipe=recipe(),
                folder=tmp_path / "pack",
                provenance={},
                secret=SECRET,
            )
        assert list(tmp_path.iterdir()) == []


QUESTION = kept.turns(
    [
        turn(1, None, 7, "can anybody suggest a good bakery in Leeds?"),
        turn(2, 1, 8, "@name7 haha no clue, watching this", likes=40),
        turn(3, 1, 9, "@name7 try Hartley's in the arcade, their rye is excellent"),
        turn(4, 1, 10, "@name7 Bloom & Crust on Mill Street opens at seven"),
        turn(5, 3, 7, "@name9 are they open on sundays?"),
        turn(6, 5, 9, "@name7 yes, until noon"),
        turn(7, 5, 11, "@name7 lovely weather", likes=3),
    ]
)
ANSWERS = pl.DataFrame(
    [(1, 2, 1, 0.04), (1, 3, 1, 0.93), (1, 4, 1, 0.7), (1, 5, 3, 0.1), (1, 6, 5, 0.6)],
    schema={"thread_id": pl.Int64, "tweet_id": pl.Int64, "parent_id": pl.Int64}
    | {"answer": pl.Float32},
    orient="row",
)


def rated_export(folder, *formats, select=None, **options):
    chosen = recipe(*formats, **options)
    if select:
        chosen = chosen.model_copy(update={"select": select})
    return write_export(QUESTION, folder, recipe=chosen, answers=ANSWERS.lazy(), removed=())


def test_the_answer_is_exported_rather_than_the_earliest_or_the_most_liked_reply(tmp_path):
    for policy in ("dialogue", "first_reply"):
        rated_export(tmp_path / policy, *UNRATED, roles=policy)
        for name in ("alpaca.jsonl", "messages.jsonl", "sharegpt.jsonl", "oasst.jsonl"):
            text = (tmp_path / policy / name).read_text()
            assert "rye is excellent" in text
            assert "no clue" not in text
    (record,) = lines(tmp_path / "dialogue" / "messages.jsonl")
    assert record["messages"][-1]["content"] == "yes, until noon"
    (record,) = lines(tmp_path / "first_reply" / "messages.jsonl")
    assert len(record["messages"]) == 2


def test_the_bound_is_that_of_the_rule_unless_the_export_names_one(tmp_path):
    manifest = rated_export(tmp_path / "rule", "tree")
    assert manifest.min_answer == SelectSettings().answer.min
    assert manifest.cut["whole"]["below_the_answer_threshold"] == 1
    assert "`below_the_answer_threshold` | 1 |" in (tmp_path / "rule" / "README.md").read_text()
    strict = rated_export(tmp_path / "strict", "oasst", min_answer=0.8)
    assert strict.cut["alternating"] == {
        "below_the_answer_threshold": 3,
        "unanswered": 1,
        "without_role": 1,
    }
    (tree,) = lines(tmp_path / "strict" / "oasst.jsonl")
    assert [reply["text"][:3] for reply in tree["prompt"]["replies"]] == ["try"]
    none = SelectSettings(answer={"min": None})
    assert rated_export(tmp_path / "none", "oasst", select=none).min_answer == 0
    everything = lines(tmp_path / "none" / "oasst.jsonl")[0]["prompt"]["replies"]
    assert [reply["rank"] for reply in everything] == [0, 1, 2]
    assert "haha" in everything[2]["text"]


@pytest.mark.parametrize(("replies", "count"), [("auto", 1), ("best", 1), (2, 2), ("all", 2)])
def test_several_good_replies_to_one_prompt_make_several_records(tmp_path, replies, count):
    manifest = rated_export(tmp_path / "pack", "alpaca", "oasst", replies=replies)
    records = lines(tmp_path / "pack" / "alpaca.jsonl")
    assert [record["output"][:3] for record in records] == ["try", "Blo"][:count]
    assert len({record["instruction"] for record in records}) == 1
    (tree,) = lines(tmp_path / "pack" / "oasst.jsonl")
    assert len(tree["prompt"]["replies"]) == (2 if replies == "auto" else count)
    assert manifest.replies == replies
    shown = export.preview(
        QUESTION,
        kept.threads(QUESTION),
        kept.verdicts(QUESTION),
        recipe=recipe("alpaca", replies=replies),
        secret=SECRET,
        answers=ANSWERS,
    )
    assert shown == records
    assert export.verify(tmp_path / "pack").is_ok
