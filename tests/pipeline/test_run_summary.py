"""Check the words about runs: hints, damage and sizes."""

import pytest

from workbench.pipeline import run_summary
from workbench.pipeline.freshness import State
from workbench.pipeline.stages import BY_NAME, STAGES
from workbench.storage import Run


def ingest(**counts):
    """Return the record of an ingest."""
    return Run("ingest", "", 0.0, 1.0, {"lines": 9, "rows": 5, "damaged": 0} | counts)


@pytest.mark.parametrize(
    ("counts", "hint"),
    [
        ({}, ""),
        ({"rows": 0}, "`workbench ledger --rejects` shows some of the lines"),
        ({"rows": 0, "deletions": 1, "rejected": 2}, "`workbench ledger --rejects` shows"),
        ({"rows": 0, "deletions": 1}, "but 1 says that a tweet was deleted"),
        ({"rows": 0, "deletions": 1200}, "but 1,200 say that tweets were deleted"),
        ({"lines": 0, "rows": 0}, "is this the right file"),
        ({"lines": 0, "rows": 0, "damaged": 1}, "1 archive or member damaged"),
    ],
)
def test_hint_after_ingest_names_the_problem(counts, hint):
    text = run_summary.hint_after_ingest(ingest(**counts))
    assert hint in text
    assert bool(text) == bool(hint)


def test_only_an_ingest_without_lines_and_with_damage_is_unreadable():
    assert run_summary.is_unreadable(ingest(lines=0, damaged=2))
    assert not run_summary.is_unreadable(ingest(damaged=2))
    assert not run_summary.is_unreadable(ingest(lines=0))


def test_damage_note_of_no_run_or_an_older_record_is_empty():
    older = Run("ingest", "", 0.0, 1.0, {"lines": 9})
    assert run_summary.damage_note(None) == run_summary.damage_note(older) == ""
    assert run_summary.damage_note(ingest(damaged=1200)) == "1,200 archives or members damaged"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_table_sizes_of_a_stage_without_a_run_is_a_dash(stage):
    assert run_summary.table_sizes(State(stage, None, "not done yet")) == "-"


def test_turns_without_a_known_place_are_counted_if_there_are_any():
    names = ["tweets", "replies", "linked", "orphans", "threads", "turns", "complete"]
    counts = dict.fromkeys(names, 9)
    for strays, line, sizes in [(0, "", ""), (1, "; 1 turn not placed", ", 1 of them not placed")]:
        run = Run("threads", "", 0.0, 1.0, counts | {"not_placed": strays})
        assert run_summary.one_line(run).endswith(f"9 complete{line} (1.0 s)")
        state = State(BY_NAME["threads"], run, "")
        assert run_summary.table_sizes(state) == f"9 threads, 9 turns{sizes}"


def test_table_sizes_leaves_out_counts_that_a_record_lacks():
    run = Run("select", "", 0.0, 1.0, {"kept": 1200})
    assert run_summary.table_sizes(State(BY_NAME["select"], run, "")) == "1,200 kept"


def test_line_of_an_ingest_counts_odd_values_if_there_are_any():
    counts = {"members": 1, "members_known": 0, "rejected": 0, "deleted": 0}
    assert "odd" not in run_summary.one_line(ingest(**counts, odd=0))
    line = run_summary.one_line(ingest(**counts, odd=1))
    assert line.endswith("; 1 odd value left out: see `workbench ledger` (1.0 s)")


def test_note_on_unread_fields_counts_the_rows_that_lack_something():
    assert run_summary.unread_note(ingest(unread=0)) == ""
    note = run_summary.unread_note(ingest(unread=2, unread_author=1200, unread_parent=1))
    assert note.endswith("in 2 members (1,200 rows lack the author, 1 row lacks the parent)")
