"""How trees are divided into records, and threads among splits."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.trees_by_hand import BRANCHED, build_trees, texts
from workbench.export import file_writers, formats
from workbench.export.file_writers import FileWriter
from workbench.recipe import ExportSettings


@pytest.mark.parametrize(
    ("unit", "paths", "expected"),
    [
        ("tree", "best", [["why?", "because", "and how?", "thus", "so", "really?", "yes"]]),
        ("path", "best", [["why?", "because", "and how?", "thus"]]),
        (
            "path",
            "all",
            [["why?", "because", "and how?", "thus"], ["why?", "so", "really?", "yes"]],
        ),
        ("pair", "best", [["why?", "because"]]),
        ("pair", "all", [["why?", "because"], ["why?", "so"]]),
    ],
)
def test_units_divide_a_tree(unit, paths, expected):
    (root,), _ = build_trees(BRANCHED)
    units = list(file_writers.units(root, unit, settings=ExportSettings(paths=paths)))
    assert [texts(turns) for _, turns in units] == expected


def test_units_of_turns_name_the_root():
    (root,), _ = build_trees(BRANCHED)
    units = list(file_writers.units(root, "turn", settings=ExportSettings()))
    assert all(unit.root is root and turns == [unit.turn] for unit, turns in units)
    assert len(units) == 7


def test_writer_counts_records_turns_and_used_tweets(tmp_path):
    roots, _ = build_trees(BRANCHED)
    file = FileWriter(formats.by_name("messages"), None, folder=tmp_path)
    used = defaultdict(set)
    with file.writer:
        file.write(roots, settings=ExportSettings(paths="all"), used=used)
    entry = file.entry()
    assert (entry.records, entry.turns, entry.distinct_turns, entry.words) == (2, 8, 7, 8)
    assert used == {1: {1, 2, 3, 4, 5, 7, 8}}
    assert (tmp_path / "messages.jsonl").read_bytes().count(b"\n") == 2


@given(st.integers(1, 2**62), st.floats(0.01, 0.45), st.floats(0.01, 0.45))
def test_split_of_is_stable_and_only_moves_threads_out_of_train(thread_id, validation, test):
    split = file_writers.split_of(thread_id, shares={"validation": validation, "test": test})
    larger = {"validation": validation * 1.1, "test": test * 1.1}
    assert split == "train" or file_writers.split_of(thread_id, shares=larger) == split


def test_split_of_meets_the_shares_approximately():
    shares = {"validation": 0.1, "test": 0.2}
    counts = Counter(file_writers.split_of(thread_id, shares=shares) for thread_id in range(10_000))
    assert 850 < counts["validation"] < 1150
    assert 1800 < counts["test"] < 2200


WHY = ["why?", "because", "and how?", "thus"]
REALLY = ["why?", "so", "really?", "yes"]


@pytest.mark.parametrize(
    ("unit", "options", "expected"),
    [
        ("path", {"replies": "best"}, [WHY]),
        ("path", {"replies": 1}, [WHY]),
        ("path", {"replies": 2}, [WHY, REALLY]),
        ("path", {"replies": 9}, [WHY, REALLY]),
        ("path", {"replies": "all"}, [WHY, REALLY]),
        ("path", {"replies": "best", "paths": "all"}, [WHY]),
        ("pair", {"replies": 2}, [WHY[:2], REALLY[:2]]),
        ("pair", {"replies": "best", "paths": "all"}, [WHY[:2]]),
        ("tree", {"replies": "best"}, [WHY]),
        ("tree", {"replies": 2}, [WHY + REALLY[1:]]),
        ("turn", {"replies": "best"}, [[text] for text in WHY]),
        ("tweet", {"replies": "best"}, [[text] for text in WHY]),
    ],
)
def test_replies_to_the_opening_turn_are_limited_in_every_unit(unit, options, expected):
    (root,), _ = build_trees(BRANCHED)
    units = list(file_writers.units(root, unit, settings=ExportSettings(**options)))
    assert [texts(turns) for _, turns in units] == expected


def test_paths_that_begin_with_other_replies_count_their_root_once(tmp_path):
    roots, _ = build_trees(BRANCHED)
    file = FileWriter(formats.by_name("messages"), None, folder=tmp_path)
    with file.writer:
        file.write(roots, settings=ExportSettings(replies=2), used=defaultdict(set))
    entry = file.entry()
    assert (entry.records, entry.turns, entry.distinct_turns) == (2, 8, 7)
