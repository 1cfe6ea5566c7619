"""Records of no known format are rejected with the names of their keys."""

from tests.support.reading import lines, read

TWEET = {"id": "7", "text": "a", "author_id": "8", "public_metrics": {}}
UNKNOWN = [
    {"id": 17, "text": "Name a cheese.", "label": 0},
    {"id": "1044", "conversation_id": "1044", "text": "They do!", "speaker": "u2"},
    {"id": 5, "text": "a", "username": "ann"},
    {"event": "click", "value": 3},
    {"delete": True, "id": 3},
    {"url": "http://x", "content": "a page", "id": 3},
    {"tweet": "a", "username": "ann", "id": 3},
]


def test_objects_with_an_id_and_a_text_are_no_tweets():
    for record in UNKNOWN:
        for data in (lines(record), lines(TWEET, record)):
            _, row = read(data)
            [reject] = row["reject_reasons"]
            assert (row["rejected"], row["notices"]) == (1, 0)
            assert reject["kind"] == "unknown_format"
            assert reject["reason"] == f"of no known format, with the keys: {', '.join(record)}"


def test_reasons_are_visible_and_few():
    record = {f"a\x1b{'x' * 99}{number}": 1 for number in range(20)}
    _, row = read(lines(record, *({f"key{number}": 1} for number in range(99)), [1]))
    reasons = {each["reason"]: each["count"] for each in row["reject_reasons"]}
    assert len(reasons) == 21
    assert reasons["of no known format, with other keys"] == 81
    long = next(reason for reason in reasons if "xx" in reason)
    assert "\x1b" not in long
    assert long.endswith("and 8 more")
    assert len(long) < 700
