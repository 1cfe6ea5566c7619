"""Turn texts into sets of weighted words that numpy can compare.

`minhash` finds candidate pairs in these sets, `word_comparison` compares the pairs.
"""

from typing import NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.text.normalize import NUMBER
from workbench.threads.id_arrays import distinct

Ints = NDArray[np.int64]
#: Rows of two texts each, shape `(n, 2)`.
Pairs = NDArray[np.int64]
Weights = NDArray[np.float32]
Flags = NDArray[np.bool_]
#: Code points of words, one row per word, 0 after the end of a word.
Letters = NDArray[np.uint32]

#: Frequent words that still matter.
NEGATIONS = frozenset(
    {
        *("not", "no", "never", "none", "nobody", "nothing", "without", "cannot"),
        *("arent", "cant", "couldnt", "didnt", "doesnt", "dont", "hadnt", "hasnt", "havent"),
        *("isnt", "shouldnt", "wasnt", "werent", "wont", "wouldnt"),
    }
)
#: Letters of a word that are compared when looking for typos.
LETTERS = 24

#: First character of the scripts without spaces, which begin with Thai.
_FIRST_UNSPACED = "\u0e00"
#: Bits of the second number in a packed pair.
_LOW_BITS = 32


class Words(NamedTuple):
    """Texts as sets of words; the words of text `i` are `ids[starts[i]:starts[i + 1]]`.

    Args:
        ids: Numbers of words, ascending within a text.
        starts: Start of each text, and the end of the last one.
        weights: Weight of each word; rare words are heavy.
        letters: Letters of each word, shape `(words, LETTERS)`.
    """

    ids: Ints
    starts: Ints
    weights: Weights
    letters: Letters

    @classmethod
    def from_lists(cls, lists: pl.Series) -> Self:
        """Number and weigh the words of texts.

        Args:
            lists: One list of words per text. Duplicates within a text count once.

        Examples:
            >>> words = Words.from_lists(pl.Series([["red", "wine"], ["red", "ink"]]))
            >>> words.ids.tolist(), words.starts.tolist()
            ([1, 2, 0, 1], [0, 2, 4])
            >>> words.weights.round(2).tolist() == [np.float32(x) for x in (1.1, 0.69, 1.1)]
            True
        """
        rows = _word_rows(lists)
        names = rows["word"].unique().sort()
        number = rows["word"].cast(pl.Enum(names)).to_physical().cast(pl.Int64).to_numpy()
        text, ids = unpack(distinct(pack(rows["text"].cast(pl.Int64).to_numpy(), number)))
        counts = np.bincount(text, minlength=len(lists))
        starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        return cls(ids, starts, _weights(names, ids, texts=len(lists)), _letters(names))

    def sizes(self) -> Ints:
        """Count the distinct words of each text."""
        return np.diff(self.starts)

    def highest_weight(self) -> np.float64:
        """Return the weight of a word that only one text contains."""
        return np.float64(np.log1p(len(self.starts) - 1))


def pack(high: Ints, low: Ints) -> Ints:
    """Pack pairs of numbers below 2**31 into one number each, which sorts like the pair.

    Examples:
        >>> high, low = unpack(pack(np.array([1, 2]), np.array([5, 0])))
        >>> high.tolist(), low.tolist()
        ([1, 2], [5, 0])
    """
    return (high << _LOW_BITS) + low


def unpack(packed: Ints) -> tuple[Ints, Ints]:
    """Split what `pack` packed."""
    return packed >> _LOW_BITS, packed & ((1 << _LOW_BITS) - 1)


def _word_rows(lists: pl.Series) -> pl.DataFrame:
    """List the words of all texts, one row per `text` and `word`.

    Scripts without spaces come as single characters. Each is joined with the next one: by single
    characters, all longer texts in Thai are similar.
    """
    word, text = pl.col("word"), pl.col("text")
    is_character = (word.str.len_chars() == 1) & (word >= _FIRST_UNSPACED)
    has_next = is_character & is_character.shift(-1) & (text == text.shift(-1))
    return (
        pl.DataFrame({"word": lists})
        .with_row_index("text")
        .explode("word", empty_as_null=False, keep_nulls=False)
        .with_columns(word=pl.when(has_next).then(word + word.shift(-1)).otherwise("word"))
    )


def _weights(names: pl.Series, ids: Ints, *, texts: int) -> Weights:
    """Weigh each word by how few texts contain it.

    Negations get the weight of a word that one text contains, numbers that of one in every text.
    """
    weights = np.log1p(texts / np.bincount(ids, minlength=len(names)))
    weights[names.is_in(sorted(NEGATIONS)).to_numpy()] = np.log1p(texts)
    weights[(names == NUMBER).to_numpy()] = np.log1p(1)
    return weights.astype(np.float32)


def _letters(names: pl.Series) -> Letters:
    padded = names.str.slice(0, LETTERS).str.pad_end(LETTERS, "\0")
    letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32)
    return letters.reshape(-1, LETTERS)
