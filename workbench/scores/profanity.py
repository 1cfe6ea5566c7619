"""Profanity: words that an export for a polite model had better not hold."""

from importlib.resources import files

import polars as pl

from workbench.exceptions import StageError
from workbench.recipe.text_rules import WORDS
from workbench.storage import paths
from workbench.text import normalize

#: Names of the lists that ship.
SHIPPED = ("english",)


def load(name_or_path: str) -> list[str]:
    """Read a list of profane words: one a line, `*` at an end for any, `#` before remarks.

    Args:
        name_or_path: `english` for the list that ships, or a text file.

    Raises:
        StageError: If the file cannot be read, holds no word or more than `WORDS`.

    Examples:
        >>> len(load("english")) > 30
        True
    """
    shipped = files("workbench") / "data" / f"profanity_{name_or_path}.txt"
    source = shipped if name_or_path in SHIPPED else paths.path_of(name_or_path)
    try:
        lines = source.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The list of profane words {name_or_path} cannot be read: {error}."
        raise StageError(msg, hint=f"name a file, or one of {', '.join(SHIPPED)}.") from error
    found = (line.partition("#")[0].strip() for line in lines)
    words = [word for word in found if word.strip("*")]
    if not 0 < len(words) <= WORDS:
        msg = f"The list of profane words {name_or_path} holds {len(words):,} words."
        raise StageError(msg, hint=f"write 1 to {WORDS:,} of them into it, one a line.")
    return words


def count(text: str | pl.Expr, words: list[str]) -> pl.Expr:
    """Count the profane words of each text, each time that they stand there.

    Examples:
        >>> frame = pl.DataFrame({"text": ["Damn, damned!", "madam"]})
        >>> frame.select(count("text", ["damn*"]))["text"].to_list()
        [2, 0]
    """
    column = pl.col(text) if isinstance(text, str) else text
    return column.str.count_matches(normalize.whole_words_pattern(words))
