"""Decide which turns continue the turn of the same author above them."""

from datetime import timedelta

import numpy as np
import polars as pl

from workbench.export import role_trees
from workbench.threads import id_arrays, pointer_jumping

#: Longest time between two parts of one run. Parts of one statement are posted at once or within
#: minutes; what an author adds later reacts to something else.
PAUSE = timedelta(minutes=15)

#: The number of a part, and of all parts if it is named: "2/ And", "so far. (1/5)", "... 2/2".
_PART = (
    r"^\s*\(?(?<part>\d{1,2})/(?<all>\d{0,2})\)?[.):]*\s|"
    r"\s\(?(?<last>\d{1,2})/(?<of>\d{1,2})\)?\s*$"
)

#: The beginning of a text that says that its author no longer needs an answer.
_SOLVED = (
    r"(?i)^(?:\s*@\w+)*\W*(?:(?:ok(?:ay)?|oh|ah|aha|update|edit|haha|lol|well|wait|ugh)\b\W*)*(?:"
    r"n(?:ever|vr)?\W?m(?:i)?nd\b|nvm\b|"
    r"(?:(?:i(?:'ve|’ve| have)?|just|finally|actually|already)\s+){0,3}"
    r"(?:found|figured|fixed|solved|sorted|got)\s+(?:it|that|them|this)(?:\s+(?:out|now|working|"
    r"sorted|to work))?\s*(?:[.!,:;)…]|$)|"
    r"solved\b|(?:it(?:'s|’s| is)?\s+)?(?:working|works|fixed|solved|sorted)(?:\s+(?:now|again))?"
    r"\s*(?:[.!,:;)…]|$))"
)


def continues(trees: role_trees.Trees, written: pl.DataFrame | None = None) -> id_arrays.Flags:
    """Mark the turns that continue the turn above: by the same author, soon after.

    Nobody else may have answered in between, for the answer would be to something that its author
    had not seen. The next part of a numbered answer is an exception: "(2/2)" after "(1/2)". What
    says that its author has solved the question continues nothing, for nobody could answer it.

    Args:
        trees: The trees of the threads.
        written: `tweet_id` and `text` as written, if the texts of the trees are cleaned: cleaning
            removes the numbers of parts.

    Returns:
        One entry per turn.
    """
    rows = np.arange(len(trees.parents))
    by_same_author = trees.authors == trees.authors[trees.parents]
    times = trees.turns["created_at"]
    pause = times - times.gather(trees.parents)
    is_soon = (pause <= PAUSE).fill_null(value=True).to_numpy()
    is_known = ~trees.turns["is_inferred"].to_numpy()
    candidates = np.flatnonzero(by_same_author & is_known & is_soon & (rows != trees.parents))
    added = _texts(trees, candidates, written)
    above = _texts(trees, trees.parents[candidates], written)
    is_by_opener = trees.authors[candidates] == trees.authors[trees.roots[candidates]]
    is_joined = ~_is_answered_before(trees, by_same_author)[candidates]
    is_joined |= ~is_by_opener & _is_next_part(above, added)
    is_joined &= ~added.str.contains(_SOLVED).fill_null(value=False).to_numpy()
    marks = rows == trees.parents
    marks[candidates] = is_joined
    return marks


def evidence(text: str = "text") -> pl.Expr:
    """Return a text if `continues` depends on it, else a dash, which takes little memory."""
    column = pl.col(text)
    return pl.when(column.str.contains(f"{_PART}|{_SOLVED}")).then(column).otherwise(pl.lit("-"))


def _texts(
    trees: role_trees.Trees, rows: pointer_jumping.Indices, written: pl.DataFrame | None
) -> pl.Series:
    """Return the texts of some rows as they were written."""
    if written is None:
        return trees.turns["text"].gather(rows)
    ids = trees.turns["tweet_id"].gather(rows).to_frame()
    return ids.join(written, on="tweet_id", how="left", maintain_order="left")["text"]


def _is_answered_before(
    trees: role_trees.Trees, by_same_author: id_arrays.Flags
) -> id_arrays.Flags:
    """Mark the turns before which somebody else answered the run of one author above them."""
    rows = np.arange(len(trees.parents))
    # Number each whole run of one author by its first row, and find the first answer to it.
    run, _ = pointer_jumping.follow(np.where(by_same_author, trees.parents, rows))
    tweet_ids = trees.turns["tweet_id"].to_numpy()
    first_answer = np.full(len(rows), np.iinfo(np.int64).max)
    answers = np.flatnonzero(~by_same_author)
    np.minimum.at(first_answer, run[trees.parents[answers]], tweet_ids[answers])
    return tweet_ids >= first_answer[run]


def _is_next_part(above: pl.Series, added: pl.Series) -> id_arrays.Flags:
    """Mark the texts whose number follows the number of the text above, of as many parts."""
    first, second = _parts(above), _parts(added)
    is_next = second["part"] == first["part"] + 1
    same = (second["of"] == first["of"]) | second["of"].is_null() | first["of"].is_null()
    return (is_next & same).fill_null(value=False).to_numpy()


def _parts(texts: pl.Series) -> pl.DataFrame:
    """Return the number of each text's part in `part`, and of all parts in `of`; or null."""
    groups = pl.col("text").str.extract_groups(_PART).struct
    number = {
        name: pl.coalesce(*(groups.field(each).cast(pl.Int64, strict=False) for each in fields))
        for name, fields in (("part", ("part", "last")), ("of", ("all", "of")))
    }
    return texts.rename("text").to_frame().select(**number)
