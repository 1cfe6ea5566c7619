"""Whether kept threads follow from the recipe, and what was decided by hand on turns."""

import polars as pl
import pytest

from tests.support.exports_by_hand import lines, recipe, write_export
from workbench import export, selection
from workbench.export import manifest, selection_check
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.selection import by_hand

SETTINGS = SelectSettings.model_validate({name: {} for name in CATALOGUE} | {"turns": {"min": 3}})


def decisions(*rows):
    return pl.DataFrame([(*row, "") for row in rows], schema=by_hand.SCHEMA, orient="row")


@pytest.fixture
def scores():
    return pl.DataFrame({"thread_id": [1, 2, 3], "turns": [5, 5, 2], "depth": [1, 1, 1]})


@pytest.fixture
def verdicts(scores):
    return selection.from_scores(scores, settings=SETTINGS)


def departures(verdicts, threads, **options):
    return selection_check.departures(verdicts, threads, settings=SETTINGS, **options)


def test_verdicts_of_the_recipe_follow_from_it(verdicts, scores):
    assert departures(verdicts, scores) == []
    assert departures(verdicts, scores.drop("turns")) == []
    assert departures(verdicts.select("thread_id", "kept"), scores) == []


def test_changed_verdicts_are_counted(verdicts, scores):
    other = verdicts.with_columns(kept=pl.Series([True, False, True]))
    expected = [
        "Threads that are kept although the recipe removes them: 1.",
        "Threads that are left out although the recipe keeps them: 1.",
    ]
    assert departures(other, scores) == expected
    assert departures(other, scores.drop("turns")) == expected


def test_threads_without_a_verdict_count_as_left_out(verdicts, scores):
    one = verdicts.head(1)
    seen = selection_check.completed(one, scores, settings=SETTINGS)
    assert seen.height == 3
    assert selection.attribution(seen)["removed_at_all"].to_list() == [1]
    left_out = "Threads that are left out although the recipe keeps them: 1."
    assert departures(seen, scores) == [left_out]
    bare = scores.drop("turns")
    seen = selection_check.completed(one, bare, settings=SETTINGS)
    assert departures(seen, bare) == ["Threads for which the recipe's verdict is unknown: 2."]
    only_kept = verdicts.filter("kept")
    seen = selection_check.completed(only_kept, scores, settings=SETTINGS)
    assert departures(seen, scores) == []


def test_threads_dropped_by_hand_may_lack_a_verdict(scores):
    decided = decisions(("thread", 1, "drop"))
    verdicts = selection.from_scores(scores, settings=SETTINGS, decisions=decided)
    seen = selection_check.completed(
        verdicts.filter("kept"), scores, settings=SETTINGS, decisions=decided
    )
    assert departures(seen, scores, decisions=decided) == []
    assert selection.attribution(seen)["removed_at_all"].to_list() == [1, 1]


def test_a_removed_thread_needs_no_row_of_scores(verdicts, scores):
    other = verdicts.with_columns(kept=pl.Series([True, False, False]))
    assert departures(other, scores.head(1)) == [
        "Threads that are left out although the recipe keeps them: 1."
    ]


def test_verdicts_of_another_recipe_are_noticed(scores):
    other = SETTINGS.with_rules({"turns": SETTINGS.turns.model_copy(update={"min": 6.0})})
    verdicts = selection.from_scores(scores, settings=other)
    assert departures(verdicts, scores) == [
        "Threads that are left out although the recipe keeps them: 2."
    ]


def test_masks_of_the_caller_and_unknown_rules_are_named(verdicts, scores):
    own = verdicts.with_columns(passes_x=True)
    assert departures(own, scores) == ["Rules that are not in the recipe: `x`."]
    bare = verdicts.select("thread_id", "kept")
    assert departures(bare, scores.drop("turns")) == [
        "It is unknown whether these rules were applied: `turns`."
    ]


def test_decisions_by_hand_follow_if_they_are_passed(scores):
    decided = decisions(("thread", 1, "drop"), ("thread", 3, "keep"))
    verdicts = selection.from_scores(scores, settings=SETTINGS, decisions=decided)
    assert departures(verdicts, scores, decisions=decided) == []
    assert len(departures(verdicts, scores)) == 2


def test_export_with_other_threads_says_so_in_manifest_card_and_verification(turns, tmp_path):
    write_export(turns, tmp_path / "pack", recipe=recipe("messages"))
    described = manifest.Manifest.load(tmp_path / "pack")
    assert any("is unknown" in note for note in described.departures)
    assert "do not follow from the recipe" in (tmp_path / "pack" / "README.md").read_text()
    checked = export.verify(tmp_path / "pack")
    assert checked.is_ok
    assert checked.notes == tuple(described.departures)


def texts(turns, folder, **options):
    write_export(turns, folder, recipe=recipe("messages", **options.pop("choose", {})), **options)
    return [[m["content"] for m in line["messages"]] for line in lines(folder / "messages.jsonl")]


def test_dropped_turn_takes_along_what_answers_it(turns, tmp_path):
    choose = {"paths": "all"}
    before = texts(turns, tmp_path / "before", choose=dict(choose))
    dropped = decisions(("turn", 3, "drop"))
    after = texts(turns, tmp_path / "after", choose=choose, decisions=dropped)
    assert [len(messages) for messages in before] == [2, 4, 2]
    assert after == [before[0], before[1][:2], before[2]]
    cut = manifest.Manifest.load(tmp_path / "after").cut["alternating"]
    assert cut["dropped_by_hand"] == 1
    assert cut["below_a_cut"] >= 1


@pytest.mark.parametrize("roles", ["dialogue", "first_reply", "author"])
def test_next_reply_takes_the_place_of_a_dropped_one(turns, tmp_path, roles):
    answers = pl.DataFrame(
        {"thread_id": [1, 1], "tweet_id": [2, 5], "answer": [0.9, 0.8]},
        schema_overrides={"answer": pl.Float32},
    )
    written = texts(
        turns,
        tmp_path / "pack",
        choose={"roles": roles},
        answers=answers,
        removed=(20, 30, 40),
        decisions=decisions(("turn", 2, "drop")),
    )
    assert [messages[1] for messages in written] == ["it reflects the sea [link]"]


def test_replies_kept_by_hand_need_no_probability(turns, tmp_path):
    answers = pl.DataFrame(
        {"thread_id": [1, 30], "tweet_id": [5, 31], "answer": [0.1, 0.1]},
        schema_overrides={"answer": pl.Float32},
    )
    options = {"choose": {"min_answer": 0.5}, "answers": answers, "removed": (20, 40)}
    kept_turn = decisions(("turn", 31, "keep"))
    assert texts(turns, tmp_path / "a", decisions=kept_turn, **options) == [
        ["how do I cook rice?", "steam it"]
    ]
    options["choose"] = {"min_answer": 0.5}
    kept_thread = decisions(("thread", 30, "keep"))
    assert len(texts(turns, tmp_path / "b", decisions=kept_thread, **options)) == 1
