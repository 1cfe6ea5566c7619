"""Settings of rules on languages, hashtags, words and patterns, and their polars expressions."""

import re
from math import prod
from typing import ClassVar, Self

import polars as pl
from pydantic import Field, field_validator, model_validator

from workbench.recipe.rule_types import Kind, RuleSettings, every
from workbench.text import normalize

#: Most words in a list, and most characters of a word or a pattern.
WORDS, LONGEST = 2000, 1000
#: Largest product of the counted repeats in a pattern: the time of a search grows with it.
REPEATS = 100

#: A language code, optionally with script, region and other subtags.
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")
#: A counted repeat, `{3}`, `{3,}` or `{3,9}`.
_REPEAT = re.compile(r"\{\s*(\d{1,9})\s*(?:,\s*(\d{0,9})\s*)?\}")


class Choice(RuleSettings):
    """Values to require or to refuse."""

    kind: ClassVar[Kind] = "choice"
    any_of: tuple[str, ...] = Field((), description="at least one of these; empty: no requirement")
    none_of: tuple[str, ...] = Field((), description="none of these")

    @model_validator(mode="after")
    def _do_not_contradict(self) -> Self:
        required = {
            self._normal(value) for key in ("any_of", "all_of") for value in getattr(self, key, ())
        }
        for value in self.none_of:
            if self._normal(value) in required:
                msg = f"`{value}` is both required and refused (none_of)"
                raise ValueError(msg)
        return self

    def passes(self, column: str) -> pl.Expr:
        """Require one of `any_of` and none of `none_of`; an unknown value fails both."""
        tests = [self._has(column, self.any_of)] if self.any_of else []
        if self.none_of:
            tests.append(~self._has(column, self.none_of))
        return every(tests)

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        raise NotImplementedError

    @staticmethod
    def _normal(value: str) -> str:
        """Return a normal form: equal values have equal forms."""
        return value.strip().lower()


class Languages(Choice):
    """Language codes, in any case. `en` also matches `en-gb`; `en-gb` matches only itself.

    Names of languages are refused: threads only have codes.

    Examples:
        >>> frame = pl.DataFrame({"lang": ["en", "en-GB", "enm", "de", None]})
        >>> frame.select(Languages(any_of=["EN"]).passes("lang"))["lang"].to_list()
        [True, True, False, False, False]
    """

    @field_validator("any_of", "none_of")
    @classmethod
    def _are_codes(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not _CODE.fullmatch(cls._normal(value)):
                msg = f"`{value}` is not a language code; codes have 2 or 3 letters, like `en`"
                raise ValueError(msg)
        return values

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        codes = "|".join(pl.escape_regex(self._normal(value)) for value in values)
        return (
            pl.col(column)
            .str.replace_all("_", "-", literal=True)
            .str.contains(f"(?i)^(?:{codes})(?:-|$)")
        )

    @staticmethod
    def _normal(value: str) -> str:
        return value.strip().replace("_", "-").lower()


class Hashtags(Choice):
    """Hashtags, in any case, with or without the `#`.

    Empty hashtags are refused: no thread has one.

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
        if not all(map(cls._normal, values)):
            msg = "a hashtag is empty"
            raise ValueError(msg)
        return values

    def passes(self, column: str) -> pl.Expr:
        """Require every one of `all_of` too."""
        tests = [self._has(column, (value,)) for value in self.all_of]
        return every([super().passes(column), *tests])

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        hashtags = [self._normal(value) for value in values]
        return pl.col(column).list.eval(pl.element().is_in(hashtags)).list.any()

    @staticmethod
    def _normal(value: str) -> str:
        # The tables contain hashtags in lower case without `#`.
        return value.strip().lstrip("#＃").strip().lower()


class Keywords(Choice):
    """Whole words or phrases, in any case. A `*` at the end matches any ending.

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
            msg = f"more than {WORDS} words, or a word of more than {LONGEST} characters"
            raise ValueError(msg)
        if words:
            _compile(normalize.whole_words_pattern(words))
        return words

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        return pl.col(column).str.contains(normalize.whole_words_pattern(values))


class Pattern(RuleSettings):
    r"""Regular expressions in the syntax of Rust's `regex`, which runs in linear time.

    Look-around and backreferences are not supported. `(?i)` at the start ignores case.

    Examples:
        >>> frame = pl.DataFrame({"prompt": ["how do I?", "why", None]})
        >>> rule = Pattern(match=r"^(how|why)\b", no_match=r"\?$")
        >>> frame.select(rule.passes("prompt"))["prompt"].to_list()
        [False, True, False]
    """

    kind = "pattern"
    match: str = Field("", max_length=LONGEST, description="pattern that must match")
    no_match: str = Field("", max_length=LONGEST, description="pattern that must not match")

    @field_validator("match", "no_match")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        counts = [int(high or low) for low, high in _REPEAT.findall(pattern)]
        if prod(count for count in counts if count) > REPEATS:
            msg = f"its repeats multiply to {prod(filter(None, counts)):,}, more than {REPEATS:,}"
            raise ValueError(msg)
        return _compile(pattern)

    def passes(self, column: str) -> pl.Expr:
        """Search the text. If the text is missing, the rule fails."""
        tests = [pl.col(column).str.contains(self.match)] if self.match else []
        if self.no_match:
            tests.append(~pl.col(column).str.contains(self.no_match))
        return every(tests)


def _compile(pattern: str) -> str:
    """Return a pattern if polars accepts it; raise a ValueError with the reason otherwise."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        reasons = [line for line in str(error).splitlines() if "error:" in line][-1:]
        msg = f"not a valid pattern: {''.join(reasons).rpartition('error:')[2].strip()[:200]}"
        raise ValueError(msg) from error
    return pattern
