"""Records of every format with anything wrong in them: no exception, wrong id or lost line."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.format_records import NOT_HERE, RECORDS, REQUIRED, own
from tests.support.reading import read
from workbench.ingest.formats import FORMATS, ready_maps

IDS = [
    *("tweet_id", "author_id", "reply_to_id", "reply_to_author_id", "conversation_id"),
    "quoted_id",
]

#: Records of a member, of which the first is never changed.
MOST_RECORDS = 8

#: What takes the place of a value, as JSON.
ODD = [
    *("null", "true", "5", "-1", "0", "0.5", "1e400", "1e3", "NaN", f"{10**30}", '""', '"abc"'),
    *('"5"', '"1e3"', "[]", "{}", "[null]", "[[]]", '{"id": 5}', '[{"id": 5}]', r'"\ud800"'),
]
#: Ids that odd values contain.
ODD_IDS = {5, 1000, 10**30}

FEW = settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)

TABLES = {table.NAME for table in ready_maps.FORMATS}

Path = tuple[str | int, ...]


class Odd:
    """A value that is written as it is."""

    def __init__(self, json_text: str) -> None:
        self.json_text = json_text


def test_every_format_has_a_record_here():
    assert RECORDS.keys() == REQUIRED.keys() == FORMATS.keys() - NOT_HERE


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_read_as_their_format(name):
    frame, row = read(member([RECORDS[name](number) for number in range(3)]))
    assert (row["format"], row["tweets"], row["rejected"]) == (name, 3, 0)
    assert row["odd_fields"] == row["unread_fields"] == []
    assert {own(number) for number in range(3)} <= {*frame["tweet_id"]}
    authors = {*frame["author_name"]} - {None}
    assert authors == (set() if name in {"archive_csv", "personal_archive"} else {"bob"})


@pytest.mark.parametrize("name", RECORDS)
@FEW
@given(data=st.data())
def test_anything_wrong_costs_no_other_record_and_no_right_id(name, data):
    records = [RECORDS[name](number) for number in range(MOST_RECORDS)]
    # Beside exact numbers in other records, nothing shows that one number alone was rounded. The
    # cells of a table count as numbers.
    has_numbers = name in TABLES or written(records[0]) != written(rounded(records[0]))
    changes = ["delete", *ODD, *([] if has_numbers else ["round"] * len(ODD))]
    for record in records[1:]:
        for path in data.draw(st.lists(st.sampled_from([*paths(record)]), max_size=3)):
            change(record, path, data.draw(st.sampled_from(changes)))
    known = [{*ids(record)} for record in records]
    is_rounded = data.draw(st.booleans())
    frame, row = read(member([rounded(record) if is_rounded else record for record in records]))
    assert row["lines"] >= len(records)
    assert is_rounded or own(0) in frame["tweet_id"]
    for tweet in frame.iter_rows(named=True):
        assert {tweet[column] for column in IDS} - {None} <= known[tweet["line"] - 1] | ODD_IDS
        marks = {int(mark) for mark in re.findall(r"<(\d+)>", tweet["text"])}
        assert tweet["tweet_id"] in marks or not marks or tweet["tweet_id"] in ODD_IDS


@pytest.mark.parametrize("name", RECORDS)
@FEW
@given(data=st.data())
def test_odd_optional_fields_cost_the_field_and_not_the_tweet(name, data):
    records = [RECORDS[name](number) for number in range(MOST_RECORDS)]
    for record in records[1:]:
        optional = [path for path in paths(record) if not is_required(path, name)]
        path = data.draw(st.sampled_from(optional))
        change(
            record,
            path,
            data.draw(st.sampled_from([odd for odd in ODD if odd not in {"NaN", '"5"'}])),
        )
    frame, row = read(member(records))
    assert (row["tweets"], row["rejected"]) == (MOST_RECORDS, 0)
    assert {own(number) for number in range(MOST_RECORDS)} <= {*frame["tweet_id"]}


def is_required(path: Path, name: str) -> bool:
    """Return whether a required value is at a place or inside of it."""
    start = ".".join(map(str, path))
    return any(f"{required}.".startswith(f"{start}.") for required in REQUIRED[name])


def member(records: list[Any]) -> bytes:
    return b"".join(written(record).encode() + b"\n" for record in records)


def written(value: object) -> str:
    """Write a value with odd ones in it as JSON."""
    if isinstance(value, Odd):
        return value.json_text
    if isinstance(value, dict):
        fields = (f"{json.dumps(key)}: {written(inner)}" for key, inner in value.items())
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return json.dumps(value)


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every value in a record."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


def change(record: Any, path: Path, how: str) -> None:
    """Delete a value, write an id as a rounded number, or put an odd value in its place."""
    *outer, last = path
    with suppress(KeyError, IndexError, TypeError):  # an earlier change has removed it
        for key in outer:
            record = record[key]
        if how == "delete":
            del record[last]
        elif how == "round":
            if isinstance(record[last], str) and re.fullmatch(r"\d{19}", record[last]):
                record[last] = Odd(str(rounded(int(record[last]))))
        else:
            record[last] = Odd(how)


def ids(value: object) -> Iterator[int]:
    """Yield every number that stands in a record, also those in strings."""
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from ids(inner)
    elif isinstance(value, str):
        yield from map(int, re.findall(r"\d+", value))
    elif isinstance(value, int):
        yield value


def rounded(value: Any) -> Any:
    """Write all numbers as JavaScript does."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    if type(value) is not int or value <= 2**53:
        return value
    mantissa, _, exponent = repr(float(value)).partition("e+")
    return int(mantissa.replace(".", "").ljust(int(exponent) + 1, "0"))
