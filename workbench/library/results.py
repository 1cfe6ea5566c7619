"""What a search of a workspace returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from workbench.display import numbers
from workbench.display.tables import Table
from workbench.library.thread_search import By, Matches
from workbench.recipe import CATALOGUE
from workbench.text import sanitize

#: How the library names the ways to search -> names of `thread_search`.
MODES: dict[str, By] = {"hybrid": "both", "meaning": "meaning", "words": "words"}

#: By meaning and by words (the ranks of both are combined), or by one of them.
Mode = Literal["hybrid", "meaning", "words"]


@dataclass(frozen=True, repr=False)
class SearchResults:
    """The threads that a search found. It shows itself as a table.

    Args:
        frame: One row per thread, the best first: `thread_id`, `tweet_id` (the turn that matches),
            `lang`, `text` (of that turn), `similarity` (cosine, -1 to 1; null without a vector),
            `turns`, and `kept` and `removed_by` (null if no selection is up to date).
        text: What was searched for.
        mode: How the threads were found. A text that the model cannot read is searched by words.
        notes: Sentences on what was not understood, or why another mode was used.
    """

    frame: pl.DataFrame
    text: str
    mode: Mode
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.frame.height

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()

    def _table(self) -> Table:
        count = f"{len(self):,} thread{'' if len(self) == 1 else 's'}"
        shown = sanitize.plain(self.text, most=60)
        hint = () if len(self) else ("Try fewer or other words, or another mode.",)
        return Table(
            ("similarity", "thread", "turns", "verdict", "text"),
            [_cells(row) for row in self.frame.iter_rows(named=True)],
            title=f"{count} for “{shown}”, by {_MODES[self.mode]}",
            notes=(*self.notes, *hint),
            right=("similarity", "thread", "turns"),
        )


_MODES = {"hybrid": "meaning and words", "meaning": "meaning", "words": "words"}


def of(matches: Matches, *, text: str) -> SearchResults:
    """Wrap what `thread_search.find` returned."""
    mode = next(name for name, by in MODES.items() if by == matches.by)
    return SearchResults(matches.rows, text, mode, matches.notes)  # type: ignore[arg-type]


def verdict(row: Mapping[str, Any]) -> str:
    """Say whether a thread is kept, or which rule removes it first.

    Examples:
        >>> verdict({"kept": False, "removed_by": "turns"}), verdict({"kept": None})
        ('Turns', '-')
    """
    if row["kept"] is None:
        return numbers.UNKNOWN
    return "kept" if row["kept"] else CATALOGUE[row["removed_by"]].title


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    facts = (numbers.score(row["similarity"]), str(row["thread_id"]), f"{row['turns']:,}")
    return (*facts, verdict(row), sanitize.plain(row["text"]))
