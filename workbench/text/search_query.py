r"""Parse and match what people type into a search field.

One syntax for the pages *Read threads* and *Search* and for `workbench search`, see `SYNTAX`. Any
text is a query: what is not well-formed is read as plain words, with a note.

All patterns take linear time on any text: polars' engine guarantees it, and those for `re` leave no
choice of where to backtrack.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import polars as pl

from workbench.text import accents, normalize
from workbench.text.patterns import APOSTROPHE, UNSPACED

#: Longest query, in characters; the rest is ignored.
LONGEST = 500

#: What can be typed -> what it finds.
SYNTAX = {
    "boil egg": "both words in one tweet, in any order (AND may stand between them)",
    "boil OR fry": "one of the words",
    '"boil an egg"': "the words exactly in this order",
    "-salt": 'leaves out threads with this word; also -"a phrase"',
    "tomat*": "words that begin like this",
    "@name #tag 😂": "handles, hashtags and emoji as they are written",
}

_TOKEN = re.compile(r'(?P<minus>[-\u2212–]?)(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))')
#: Quotation marks as phones and word processors write them.
_QUOTES = re.compile("[“”„‟«»\uff02]")
#: Punctuation of sentences around a word, which is not searched for.
_LEADING, _TRAILING = "¿¡", ".,;:!?…。、\uff01\uff1f"
#: Signs that belong to the word after them.
_SIGNS = "@#"
_LONELY_OR = "OR needs a word on both sides."
#: Operators without a word.
_ALONE = {"-", "*", "-*"}


@dataclass(frozen=True)
class Term:
    """A word or a phrase.

    Args:
        words: Folded words in order, at least one; see `accents.fold`.
        is_prefix: The last word is only the start of a word.
        is_quoted: It was in quotes.
    """

    words: tuple[str, ...]
    is_prefix: bool = False
    is_quoted: bool = False

    @cached_property
    def plain(self) -> str:
        """Pattern for polars that finds the term without accents."""
        body = r"\s+".join("".join(map(_letter, word)) for word in self.words)
        start = r"\B" if self.words[0][0] in _SIGNS else r"\b"
        return self._between(start, body, r"\b")

    @cached_property
    def accented(self) -> str | None:
        """Pattern for polars that also finds accents; None if no letter can have one."""
        if all(len(accents.variants(letter)) == 1 for word in self.words for letter in word):
            return None
        return self._between(r"(?:^|\W)", self._any_accents, r"(?:$|\W)")

    @cached_property
    def python(self) -> str:
        """Pattern for `re` with the flag `IGNORECASE`, the same as both others together."""
        rest = r"\w*" if self.is_prefix and _is_of_word(self.words[-1][-1]) else ""
        return self._between(r"(?<!\w)", self._any_accents, r"(?!\w)") + rest

    @cached_property
    def _any_accents(self) -> str:
        return r"\s+".join("".join(map(_any_letter, word)) for word in self.words)

    def _between(self, start: str, body: str, end: str) -> str:
        """Require the edge of a word where the term has one."""
        first, last = self.words[0][0], self.words[-1][-1]
        left = start if first in _SIGNS or _is_of_word(first) else ""
        right = end if _is_of_word(last) and not self.is_prefix else ""
        return left + body + right


@dataclass(frozen=True)
class TextQuery:
    """What to search for.

    Args:
        groups: Of each group, a tweet must contain one term.
        excluded: No tweet of a thread may contain one of them.
        notes: Sentences on what was not understood.
    """

    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it neither asks for nor leaves out anything."""
        return not self.groups and not self.excluded

    @property
    def meaning(self) -> str:
        """What is asked for, as a text for a model."""
        return " ".join(" ".join(term.words) for group in self.groups for term in group)

    @property
    def filters(self) -> "TextQuery":
        """What also holds for a search by meaning: phrases and what is left out."""
        phrases = [group for group in self.groups if all(term.is_quoted for term in group)]
        return TextQuery(tuple(phrases), self.excluded, self.notes)

    def matches(self, column: str = "text") -> pl.Expr:
        """Check which texts contain a term of every group; all do if there is none.

        Examples:
            >>> texts = pl.DataFrame({"text": ["Crème  brûlée?", "creme", None]})
            >>> texts.select(parse('"creme brulee"').matches())["text"].to_list()
            [True, False, False]
        """
        return self._expression(column, self.groups)

    def excludes(self, column: str = "text") -> pl.Expr:
        """Check which texts contain an excluded term."""
        if not self.excluded:
            return pl.lit(value=False)
        return self._expression(column, (self.excluded,))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of all matches in a text, in order and without overlap.

        Examples:
            >>> [
            ...     text[slice(*span)]
            ...     for text in ["Ah, CAFÉS: café!"]
            ...     for span in parse("cafe*").spans(text)
            ... ]
            ['CAFÉS', 'café']
        """
        return [match.span() for match in self._pattern.finditer(text)] if self.groups else []

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        terms = sorted({term for group in self.groups for term in group}, key=_length)
        return re.compile("|".join(term.python for term in terms), re.IGNORECASE)

    def _expression(self, column: str, groups: tuple[tuple[Term, ...], ...]) -> pl.Expr:
        return pl.col(column).map_batches(
            lambda texts: _mask(texts, groups), return_dtype=pl.Boolean, is_elementwise=True
        )


@lru_cache(maxsize=64)
def parse(text: str) -> TextQuery:
    """Parse what somebody typed.

    Examples:
        >>> query = parse('how OR why "Boil an egg" -salt tomat*')
        >>> query.meaning, [term.words for term in query.excluded]
        ('how why boil an egg tomat', [('salt',)])
        >>> parse('"boil').notes
        ('The quote is not closed, so everything after it is one phrase.',)
    """
    notes = [f"Only the first {LONGEST} characters are searched."] if len(text) > LONGEST else []
    groups: list[list[Term]] = []
    excluded: list[Term] = []
    is_after_word = joins = False
    for token in _TOKEN.finditer(_QUOTES.sub('"', text[:LONGEST])):
        if token[0] == "AND":
            continue
        if token[0] == "OR" and is_after_word:
            is_after_word, joins = False, True
            continue
        notes += _complaints(token)
        term = _term(token)
        is_after_word = term is not None and not token["minus"]
        if joins and not is_after_word:
            notes.append(_LONELY_OR)
        if term is not None and token["minus"]:
            excluded.append(term)
        elif term is not None and joins:
            groups[-1].append(term)
        elif term is not None:
            groups.append([term])
        joins = False
    notes += [_LONELY_OR] if joins else []
    return TextQuery(tuple(map(tuple, groups)), tuple(excluded), tuple(dict.fromkeys(notes)))


def _complaints(token: re.Match[str]) -> Iterator[str]:
    """Say what is wrong with a part of a query."""
    if token["phrase"] is not None and not token["end"]:
        yield "The quote is not closed, so everything after it is one phrase."
    elif token["phrase"] is not None and not token["phrase"].strip():
        yield "There are no words between the quotes."
    if token[0] in _ALONE:
        yield f"Write a word {'after -' if token[0][0] == '-' else 'before *'}."
    if token["word"] == "OR":
        yield _LONELY_OR


def _term(token: re.Match[str]) -> Term | None:
    """Read a word or a phrase; None if nothing of it can be searched for."""
    if token["phrase"] is not None:
        words = tuple(_folded(token["phrase"]).split())
        return Term(words, is_quoted=True) if words else None
    if token["word"] == "OR" or token[0] in _ALONE:
        return None
    word = token["word"] or ""
    stem = word.removesuffix("*")
    bare = _folded(stem).lstrip(_LEADING)
    bare = bare.rstrip(_TRAILING) or bare if stem == word else bare
    return Term((bare,), is_prefix=stem != word) if bare.split() else None


def _folded(text: str) -> str:
    return accents.fold(normalize.without_invisible(pl.Series([text])).item())


def _mask(texts: pl.Series, groups: tuple[tuple[Term, ...], ...]) -> pl.Series:
    """Mark the texts with a term of every group; only texts that are left are looked at."""
    rows = texts.is_not_null().arg_true()
    for group in groups:
        rows = rows.filter(_contains(texts.gather(rows), group))
    marked = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True)
    return marked.scatter(rows, True).alias(texts.name)


def _contains(texts: pl.Series, group: tuple[Term, ...]) -> pl.Series:
    """Look for terms, and for their accents only in texts that are more than ASCII."""
    plain = texts.str.contains(_either([term.plain for term in group]))
    accented = [term.accented for term in group if term.accented is not None]
    if not accented:
        return plain
    rows = (~plain & (texts.str.len_bytes() != texts.str.len_chars())).arg_true()
    more = texts.gather(rows).str.contains(_either(accented))
    return plain.scatter(rows.filter(more), True)


def _either(patterns: list[str]) -> str:
    return f"(?i)(?:{'|'.join(patterns)})"


def _letter(letter: str) -> str:
    return APOSTROPHE if re.match(APOSTROPHE, letter) else pl.escape_regex(letter)


def _any_letter(letter: str) -> str:
    """Return a pattern, for polars and `re`, for a letter with and without accents."""
    if re.match(APOSTROPHE, letter):
        return APOSTROPHE
    forms = accents.variants(letter)
    body = f"[{forms}]" if len(forms) > 1 and letter.isalnum() else _escaped(forms)
    return body + accents.MARKS if letter.isalpha() else body


def _escaped(forms: str) -> str:
    escaped = [pl.escape_regex(form) for form in forms]
    return escaped[0] if len(escaped) == 1 else f"(?:{'|'.join(escaped)})"


def _is_of_word(letter: str) -> bool:
    """Whether a letter has words around it; not in Chinese and its like."""
    return (letter.isalnum() or letter == "_") and not _is_unspaced(letter)


@lru_cache(maxsize=4096)
def _is_unspaced(letter: str) -> bool:
    return bool(pl.Series([letter]).str.contains(UNSPACED).item())


def _length(term: Term) -> int:
    """Sort the longest first, so that a match is as long as possible."""
    return -sum(map(len, term.words))
