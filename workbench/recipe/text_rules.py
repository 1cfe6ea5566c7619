"""Wordings: the conditions of rules on languages, hashtags, words and patterns."""

import re
from math import prod
from typing import ClassVar, Self

import polars as pl
from pydantic import Field, field_validator, model_validator

from workbench.recipe.rule_types import Kind, RuleSettings, every
from workbench.text import normalize

#: Most words or phrases of a list, and characters of each and of a pattern.
WORDS, LONGEST = 2000, 1000
#: Most that the counted repeats of a pattern may multiply to: the time it takes grows with them.
REPEATS = 100

#: A code of a language, with or without script, region and so on.
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")
#: A counted repeat, `{3}`, `{3,}` or `{3,9}`.
_REPEAT = re.compile(r"\{\s*(\d{1,9})\s*(?:,\s*(\d{0,9})\s*)?\}")


class Choice(RuleSettings):
    """Values of which one must, or none may, be there."""

    kind: ClassVar[Kind] = "choice"
    any_of: tuple[str, ...] = Field((), description="at least one of these; empty: no demand")
    none_of: tuple[str, ...] = Field((), description="none of these")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        asked = {
            self._bare(value) for key in ("any_of", "all_of") for value in getattr(self, key, ())
        }
        for value in self.none_of:
            if self._bare(value) in asked:
                msg = f"`{value}` is asked for, and refused by none_of"
                raise ValueError(msg)
        return self

    def passes(self, column: str) -> pl.Expr:
        """Ask for one of `any_of` and none of `none_of`; an unknown value fails both."""
        tests = [self._has(column, self.any_of)] if self.any_of else []
        if self.none_of:
            tests.append(~self._has(column, self.none_of))
        return every(tests)

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        raise NotImplementedError

    @staticmethod
    def _bare(value: str) -> str:
        """Give the form in which two values are the same."""
        return value.strip().lower()


class Languages(Choice):
    """Language codes, in any case; `en` stands for `en-gb` too, `en-gb` only for itself.

    The name of a language is refused: no thread has it.

    Examples:
        >>> frame = pl.DataFrame({"lang": ["en", "en-GB", "enm", "de", None]})
        >>> frame.select(Languages(any_of=["EN"]).passes("lang"))["lang"].to_list()
        [True, True, False, False, False]
    """

    @field_validator("any_of", "none_of")
    @classmethod
    def _are_codes(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not _CODE.fullmatch(cls._bare(value)):
                msg = f"`{value}` is no code of a language; those have 2 or 3 letters, such as `en`"
                raise ValueError(msg)
        return values

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        codes = "|".join(pl.escape_regex(self._bare(value)) for value in values)
        return (
            pl.col(column)
            .str.replace_all("_", "-", literal=True)
            .str.contains(f"(?i)^(?:{codes})(?:-|$)")
        )

    @staticmethod
    def _bare(value: str) -> str:
        return value.strip().replace("_", "-").lower()


class Hashtags(Choice):
    """Hashtags, in any case, with or without the `#`.

    An empty one is refused: no thread has it.

    Examples:
        >>> frame = pl.DataFrame({"hashtags": [["help"], ["ad", "help"], [], None]})
        >>> rule = Hashtags(any_of=["#Help"], none_of=["ad"])
        >>> frame.select(rule.passes("hashtags"))["hashtags"].to_list()
        [True, False, False, False]
    """

    all_of: tuple[str, ...] = Field((), description="every one of these")

    @field_validator("any_of", "none_of", "all_of")
    @classmethod
    def _are_hashtags(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(cls._bare, values)):
            msg = "a hashtag is empty"
            raise ValueError(msg)
        return values

    def passes(self, column: str) -> pl.Expr:
        """Ask for each of `all_of`, too."""
        each = [self._has(column, (value,)) for value in self.all_of]
        return every([super().passes(column), *each])

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        wanted = [self._bare(value) for value in values]
        return pl.col(column).list.eval(pl.element().is_in(wanted)).list.any()

    @staticmethod
    def _bare(value: str) -> str:
        # Hashtags are stored in lower case, see `schemas.Sightings`.
        return value.strip().lstrip("#＃").strip().lower()


class Keywords(Choice):
    """Words or phrases, whole and in any case; `*` at the end of one stands for any ending.

    Examples:
        >>> frame = pl.DataFrame({"prompt": ["How do I  bake it?", "how baked", "Buy now, bake"]})
        >>> rule = Keywords(any_of=["do i bake", "bake"], none_of=["buy*"])
        >>> frame.select(rule.passes("prompt"))["prompt"].to_list()
        [True, False, False]
    """

    kind = "words"

    @field_validator("any_of", "none_of")
    @classmethod
    def _are_words(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if any(not word.strip().strip("*") for word in words):
            msg = "a word is empty"
            raise ValueError(msg)
        if len(words) > WORDS or any(len(word) > LONGEST for word in words):
            msg = f"more than {WORDS} words, or one of more than {LONGEST} characters"
            raise ValueError(msg)
        if words:
            _compile(normalize.whole_words_pattern(words))
        return words

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        return pl.col(column).str.contains(normalize.whole_words_pattern(values))


class Pattern(RuleSettings):
    r"""Regular expressions in the syntax of Rust's `regex`, which takes linear time.

    There is no looking around and no back reference. `(?i)` at the start ignores case.

    Examples:
        >>> frame = pl.DataFrame({"prompt": ["how do I?", "why", None]})
        >>> rule = Pattern(match=r"^(how|why)\b", no_match=r"\?$")
        >>> frame.select(rule.passes("prompt"))["prompt"].to_list()
        [False, True, False]
    """

    kind = "pattern"
    match: str = Field("", max_length=LONGEST, description="pattern that must be found")
    no_match: str = Field("", max_length=LONGEST, description="pattern that must not be found")

    @field_validator("match", "no_match")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        counts = [int(high or low) for low, high in _REPEAT.findall(pattern)]
        if prod(count for count in counts if count) > REPEATS:
            msg = f"its repeats multiply to {prod(filter(None, counts)):,}, more than {REPEATS:,}"
            raise ValueError(msg)
        return _compile(pattern)

    def passes(self, column: str) -> pl.Expr:
        """Search the text; where there is none, nothing is found and the rule fails."""
        tests = [pl.col(column).str.contains(self.match)] if self.match else []
        if self.no_match:
            tests.append(~pl.col(column).str.contains(self.no_match))
        return every(tests)


def _compile(pattern: str) -> str:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        told = [line for line in str(error).splitlines() if "error:" in line][-1:]
        msg = f"no valid pattern: {''.join(told).rpartition('error:')[2].strip()[:200]}"
        raise ValueError(msg) from error
    return pattern
