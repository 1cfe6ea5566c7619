"""Which threads begin the same."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.scores import minhash, near_duplicates
from workbench.scores.minhash import Words

#: Texts of nothing in particular: they make `how`, `do`, `i`, `my` and `please` frequent words.
BACKGROUND = [
    f"{a} {b} please how do i get my {c} back to the {d} now"
    for a, b, c, d in zip(
        *([f"{letter}{x}{y}" for x in "abcdefgh" for y in "klmnopqrst"] for letter in "vwxz"),
        strict=True,
    )
]


def openings(texts, **columns):
    size = len(texts)
    ids = list(range(1, size + 1))
    known = {
        "thread_id": ids,
        "root_id": ids,
        "text": texts,
        "author_id": ids,
        "created_at": [None] * size,
        "turns": [2] * size,
    }
    return pl.DataFrame(known | columns, schema_overrides={"created_at": pl.Datetime("ms", "UTC")})


def groups(texts, **columns):
    """Give for each text the row, from 0, of the one that stands for it."""
    found = near_duplicates.from_threads(openings(texts, **columns))
    return [thread_id - 1 for thread_id in found["representative_id"]]


BASE = "How do I get red wine out of my white carpet before the landlord visits?"


@pytest.mark.parametrize(
    "other",
    [
        f"@anna @bert {BASE} https://t.co/abc",
        BASE.upper(),
        f"RT @anna: {BASE}",
        f"{BASE} 😩😩 #help #cleaning",
        "how do i get red wine out of my white carpet, before the landlord visits...",
        f"please {BASE}",
        BASE.replace("landlord", "landlrod"),
        BASE.replace("carpet", "carppet"),
    ],
)
def test_the_same_said_again_is_a_duplicate(other):
    assert groups([*BACKGROUND, BASE, other])[-2:] == [len(BACKGROUND)] * 2


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("carpet", "shirt"),
        BASE.replace("red wine", "red ink"),
        BASE.replace("white", "white silk"),
        f"{BASE} Asking since my deposit depends on it",
        BASE.replace("How do I get", "How do I not get"),
    ],
)
def test_another_word_that_matters_makes_another_text(other):
    assert groups([*BACKGROUND, BASE, other])[-2:] == [len(BACKGROUND), len(BACKGROUND) + 1]


def test_numbers_are_set_aside():
    assert groups(["I got 1,500 new followers", "i got 3 new followers", "i got new ones"]) == [
        0,
        0,
        2,
    ]


def test_short_texts_are_equal_or_not():
    assert groups(["Good morning", "good morning!!", "good mornin", "good"]) == [0, 0, 2, 3]


def test_texts_without_words_have_no_twins():
    found = near_duplicates.from_threads(
        openings(["@a https://t.co/x", "😀", "1,500", "23", "#help", "#help"])
    )
    assert found["representative_id"].to_list() == [1, 2, 3, 4, 5, 5]
    assert found["twins"].to_list() == [0, 0, 0, 0, 1, 1]


def test_scripts_without_spaces_are_compared_by_character():
    texts = [
        "今日はとても暑いですね",
        "今日はとても暑いですね。 https://t.co/x",
        "明日の会議は何時からですか",
    ]
    assert groups(texts) == [0, 0, 2]


def test_texts_of_the_same_characters_in_other_places_are_different():
    one = "ไม่มีใครรู้ว่าวันนี้ฝนจะตกไหมเพราะฟ้ามืดมากแต่ลมแรงจนไม่อยากออกไปไหนเลย"
    draw = np.random.default_rng(0)
    mixed = ["".join(draw.permutation(list(one))) for _ in range(50)]
    assert groups([*mixed, one, f"{one} 555"])[-2:] == [50, 50]
    assert len(set(groups([*mixed, one]))) == 51


def test_representative_has_most_turns_and_then_the_lowest_id():
    assert groups(["a b c d"] * 4, turns=[2, 5, 5, 3]) == [1] * 4


def test_twins_resemble_their_representative_and_not_only_each_other():
    words = [f"word{letter}" for letter in "abcdefghijkl"]
    # Each text has a slip more than the one before; the last has nothing left of the first.
    chain = [words]
    for place in range(len(words)):
        slipped = list(chain[-1])
        slipped[place] += "x"
        chain.append(slipped)
    found = groups([" ".join(text) for text in chain])
    assert found[1] == 0
    for number, leader in enumerate(found):
        assert number - leader <= 1


def test_order_of_rows_does_not_matter():
    texts = [*BACKGROUND, BASE, f"please {BASE}", BASE.upper(), "a b", "A b!"]
    frame = openings(texts)
    mixed = frame.sample(fraction=1, shuffle=True, seed=3)
    found = near_duplicates.from_threads(mixed)
    assert found["thread_id"].to_list() == mixed["thread_id"].to_list()
    assert found.sort("thread_id").equals(near_duplicates.from_threads(frame))


def test_no_thread_gives_no_row():
    assert near_duplicates.from_threads(openings([]).cast({"text": pl.String})).is_empty()


def test_vectors_decide_what_words_leave_in_doubt():
    texts = [*BACKGROUND, BASE, BASE.replace("white", "pale"), BASE.replace("carpet", "shirt")]
    last = len(texts)
    made = pl.DataFrame(
        {"tweet_id": [last - 2, last - 1], "vector": [[1.0, 0.0], [0.999, 0.04]]},
        schema={"tweet_id": pl.Int64, "vector": pl.Array(pl.Float32, 2)},
    )
    asked = []

    def vectors(ids):
        asked.extend(ids)
        return made.filter(pl.col("tweet_id").is_in(ids.implode()))

    found = near_duplicates.from_threads(openings(texts), vectors=vectors)
    assert found["representative_id"].to_list()[-3:] == [last - 2, last - 2, last]
    assert set(asked) <= {last - 2, last - 1, last}


sets = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), min_size=1, max_size=8)


@settings(deadline=None)
@given(sets)
def test_alike_gives_the_weighted_jaccard_of_brute_force(texts):
    words = Words.of(pl.Series(texts, dtype=pl.List(pl.String)))
    pairs = np.array([(i, j) for i in range(len(texts)) for j in range(len(texts))])
    jaccard, _ = minhash.compare(words, pairs, threshold=0.5)
    weight = {
        word: np.log1p(len(texts) / sum(word in text for text in texts))
        for word in {word for text in texts for word in text}
    }
    for (i, j), value in zip(pairs.tolist(), jaccard.tolist(), strict=True):
        both, either = set(texts[i]) & set(texts[j]), set(texts[i]) | set(texts[j])
        total = sum(weight[word] for word in either)
        expected = sum(weight[word] for word in both) / total if total else 0
        assert value == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("bread", "bread", True),
        ("bread", "braed", True),
        ("recipe", "recipie", True),
        ("recipe", "recpe", True),
        ("bread", "bred", True),
        ("house", "mouse", False),
        ("cats", "cars", False),
        ("bread", "beards", False),
        ("python", "pascal", False),
        ("a" * 40, "a" * 39, True),
    ],
)
def test_slips_are_one_letter_behind_the_first_of_a_long_word(ours, theirs, expected):
    words = Words.of(pl.Series([["x", ours], ["x", theirs]]))
    _, same = minhash.compare(words, np.array([[0, 1]]), threshold=0.1)
    assert same.tolist() == [expected or ours == theirs]


def test_candidates_of_a_heavy_group_grow_as_its_members_do():
    lists = pl.Series([["one", "two", "three", "four", f"only{i}"] for i in range(3000)])
    pairs = minhash.candidates(Words.of(lists), least=4)
    assert len(pairs) <= minhash.BANDS * (minhash.NEAREST + 1) * len(lists)
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)


def test_candidates_find_nearly_all_close_pairs():
    draw = np.random.default_rng(1)
    texts = []
    for number in range(500):
        words = [f"w{number}x{i}" for i in range(10)]
        texts += [words, [*words[:9], f"other{draw.integers(10**9)}"]]
    pairs = minhash.candidates(Words.of(pl.Series(texts)), least=4)
    close = {(2 * i, 2 * i + 1) for i in range(500)}
    assert len(close & set(map(tuple, pairs.tolist()))) > 495
