"""Count profane words, so that a rule can keep them out of an export."""

from importlib.resources import files

import polars as pl

from workbench.exceptions import StageError
from workbench.recipe.text_rules import WORDS
from workbench.storage import paths
from workbench.text import normalize

#: Names of the shipped lists.
SHIPPED = ("english",)


def load(name_or_path: str) -> list[str]:
    """Read a list of profane words: one per line, `*` for any ending, `#` before comments.

    Args:
        name_or_path: `english` for the shipped list, or a text file.

    Raises:
        StageError: If the file cannot be read, or contains no word or more than `WORDS`.

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
        raise StageError(msg, hint=f"name a text file, or one of {', '.join(SHIPPED)}.") from error
    without_comments = (line.partition("#")[0].strip() for line in lines)
    words = [word for word in without_comments if word.strip("*")]
    if not 0 < len(words) <= WORDS:
        msg = f"The list of profane words {name_or_path} contains {len(words):,} words."
        raise StageError(msg, hint=f"write 1 to {WORDS:,} words to it, one per line.")
    return words


def count(text: str | pl.Expr, words: list[str]) -> pl.Expr:
    """Count the profane words of each text; a word counts each time it occurs.

    Examples:
        >>> frame = pl.DataFrame({"text": ["Damn, damned!", "madam"]})
        >>> frame.select(count("text", ["damn*"]))["text"].to_list()
        [2, 0]
    """
    column = pl.col(text) if isinstance(text, str) else text
    return column.str.count_matches(normalize.whole_words_pattern(words))
