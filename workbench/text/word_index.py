"""Cut texts into the words that the word search looks up; used by the table of vectors.

In scripts without spaces a dictionary cuts one word differently in different sentences. So every
character and every pair of neighbours is indexed there, and a query asks for the pairs. Other
scripts are cut at spaces and punctuation by the index itself.
"""

import polars as pl

from workbench.text.normalize import replace_rows
from workbench.text.patterns import UNSPACED

_PAIR = f"{UNSPACED}{{2}}"
_RUN = f"{UNSPACED}+"
#: The first character of every run of them, and what is before it.
_FIRST = f"(^|[^{UNSPACED[1:-1]}]){UNSPACED}"


def entries(texts: pl.Series) -> pl.Series:
    """Return what to index of each text: its words, or its characters and their pairs.

    Args:
        texts: Texts without mentions and links.

    Examples:
        >>> entries(pl.Series(["blue sky", "go 青い空"])).to_list()
        ['blue sky', 'go  青  い  空  青い い空']
    """
    rows = texts.str.contains(UNSPACED).arg_true()
    unspaced = texts.gather(rows)
    spaced = unspaced.str.replace_all(UNSPACED, " $0 ")
    return replace_rows(texts, rows, spaced.rename("") + _pairs(unspaced))


def query(text: str) -> str:
    """Return what to look up for a text: its words, and pairs or single characters.

    Examples:
        >>> query("go 青い空 青")
        'go 青い い空 青'
    """
    texts = pl.Series([text])
    runs = texts.str.extract_all(_RUN).explode(empty_as_null=False)
    single = runs.filter(runs.str.len_chars() == 1)
    words = texts.str.replace_all(_RUN, " ") + _pairs(texts)
    return " ".join([*words.item().split(), *single])


def _pairs(texts: pl.Series) -> pl.Series:
    """Return the pairs of neighbours in scripts without spaces, each after a space."""
    shifted = texts.str.replace_all(_FIRST, "$1")
    pairs = [each.str.extract_all(_PAIR).list.join(" ").rename("") for each in (texts, shifted)]
    return " " + pairs[0] + " " + pairs[1]
