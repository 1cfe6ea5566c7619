"""Which threads begin with the same text."""

import numpy as np
import polars as pl
import pytest

from workbench.scores import near_duplicates

#: Filler texts that make `how`, `do`, `i`, `my` and `please` frequent words.
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
    """Find the representative of each text, as a row from 0."""
    rows = near_duplicates.from_threads(openings(texts, **columns))
    return [thread_id - 1 for thread_id in rows["representative_id"]]


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
def test_repeated_text_is_a_near_duplicate(other):
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
def test_another_heavy_word_makes_another_text(other):
    assert groups([*BACKGROUND, BASE, other])[-2:] == [len(BACKGROUND), len(BACKGROUND) + 1]


def test_numbers_are_ignored():
    assert groups(["I got 1,500 new followers", "i got 3 new followers", "i got new ones"]) == [
        0,
        0,
        2,
    ]


def test_short_texts_must_be_equal():
    assert groups(["Good morning", "good morning!!", "good mornin", "good"]) == [0, 0, 2, 3]


def test_texts_without_words_have_no_near_duplicates():
    rows = near_duplicates.from_threads(
        openings(["@a https://t.co/x", "😀", "1,500", "23", "#help", "#help"])
    )
    assert rows["representative_id"].to_list() == [1, 2, 3, 4, 5, 5]
    assert rows["twins"].to_list() == [0, 0, 0, 0, 1, 1]


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


def test_near_duplicates_resemble_their_representative_directly():
    words = [f"word{letter}" for letter in "abcdefghijkl"]
    # Each text has one more typo than the one before; the last shares no word with the first.
    chain = [words]
    for place in range(len(words)):
        changed = list(chain[-1])
        changed[place] += "x"
        chain.append(changed)
    rows = groups([" ".join(text) for text in chain])
    assert rows[1] == 0
    for number, representative in enumerate(rows):
        assert number - representative <= 1


def test_order_of_rows_does_not_matter():
    texts = [*BACKGROUND, BASE, f"please {BASE}", BASE.upper(), "a b", "A b!"]
    frame = openings(texts)
    mixed = frame.sample(fraction=1, shuffle=True, seed=3)
    rows = near_duplicates.from_threads(mixed)
    assert rows["thread_id"].to_list() == mixed["thread_id"].to_list()
    assert rows.sort("thread_id").equals(near_duplicates.from_threads(frame))


def test_no_threads_return_no_rows():
    assert near_duplicates.from_threads(openings([]).cast({"text": pl.String})).is_empty()


def test_vectors_decide_what_words_leave_in_doubt():
    texts = [*BACKGROUND, BASE, BASE.replace("white", "pale"), BASE.replace("carpet", "shirt")]
    last = len(texts)
    table = pl.DataFrame(
        {"tweet_id": [last - 2, last - 1], "vector": [[1.0, 0.0], [0.999, 0.04]]},
        schema={"tweet_id": pl.Int64, "vector": pl.Array(pl.Float32, 2)},
    )
    requested = []

    def vectors(ids):
        requested.extend(ids)
        return table.filter(pl.col("tweet_id").is_in(ids.implode()))

    rows = near_duplicates.from_threads(openings(texts), vectors=vectors)
    assert rows["representative_id"].to_list()[-3:] == [last - 2, last - 2, last]
    assert set(requested) <= {last - 2, last - 1, last}
