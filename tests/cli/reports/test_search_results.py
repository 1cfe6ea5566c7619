"""List the threads that a search has found."""

import polars as pl
from rich.console import Console

from workbench.cli.reports import search_results
from workbench.library.thread_search import Matches

ROWS = pl.DataFrame(
    {
        "thread_id": [2**62, 2, 3],
        "tweet_id": [2**62, 2, 3],
        "lang": ["en", None, "ja"],
        "text": ["why do\ncats purr?", "\x1b[2J\u202eboo", "😂"],
        "similarity": [0.5, -0.25, None],
        "turns": [3, 2, 1200],
        "kept": [True, False, None],
        "removed_by": [None, "turns", None],
    },
    schema_overrides={"similarity": pl.Float32},
)


def test_table_shows_verdict_and_text_on_one_line():
    console = Console(width=200, record=True)
    console.print(search_results.table(Matches(ROWS)))
    lines = [line.split() for line in console.export_text().splitlines()]
    assert lines[2] == ["0.50", str(2**62), "3", "kept", "why", "do", "cats", "purr?"]
    assert lines[3][:4] == ["-0.25", "2", "2", "Turns"]
    assert lines[4] == ["-", "3", "1,200", "-", "😂"]


def test_no_control_character_reaches_the_terminal():
    console = Console(width=200, record=True)
    console.print(search_results.table(Matches(ROWS)))
    assert not {"\x1b", "\u202e"} & set(console.export_text())


def test_records_have_ids_as_texts_and_round_cosines():
    records = search_results.records(Matches(ROWS), text="cats")
    assert records["text"] == "cats"
    assert [row["thread_id"] for row in records["threads"]] == [str(2**62), "2", "3"]
    assert [row["similarity"] for row in records["threads"]] == [0.5, -0.25, None]
