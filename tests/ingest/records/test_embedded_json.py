"""Objects are taken out of whatever surrounds them, and nothing is invented."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from workbench.ingest.records import embedded_json

A, B = b'{"id": 1, "t": "}{ [\\" \\\\"}', b'{"id": 2, "n": {"x": [1, {}]}}'


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (A, [A]),
        (A + b",\r", [A]),
        (A + b";", [A]),
        (b"," + A, [A]),
        (A + B, [A, B]),
        (A + b" , " + B + b",", [A, B]),
        (b"[" + A, [A]),
        (b"[" + A + b",", [A]),
        (B + b"]", [B]),
        (b"[" + A + b"," + B + b"]", [A, B]),
        (b"\x00\x00" + A, [A]),
        (b"\x1e" + A + b"\r", [A]),
        (b"\xef\xbb\xbf\xef\xbb\xbf" + A, [A]),
        (json.dumps(A.decode()).encode(), [A]),
        (json.dumps(json.dumps(A.decode())).encode() + b",", [A]),
        (b'"not an object"', []),
        (b"2019-07-03 06:29:00,123 INFO tweets.stream [main] - " + A, [A]),
        (b"data: " + A, [A]),
        (b"1,2,3," + A + b" and more", [A]),
        (A + b" and " + B + b" and more", [A, B]),
        (b'2019-07-03 INFO {"worker": 3} - ' + A, [b'{"worker": 3}', A]),
        (b"callback([" + A + b", " + B + b"]);", [A, B]),
        (b"INFO " + A + b" INFO " + B[:-1], []),
        ((A + b" ") * 101 + b"end", []),
        (A[:-1], []),
        (A + B[:-1], []),
        (b"x" * 50_000 + A, [A]),
        (b"[1, 2]", []),
        (b"", []),
        (b"[" * 100_000, []),
        (b'{"a":' * 100_000, []),
    ],
)
def test_objects_are_found_or_nothing_is(record, expected):
    assert embedded_json.objects(record) == expected


@given(st.binary(max_size=60), st.binary(max_size=60))
@settings(max_examples=examples(300))
def test_objects_of_any_bytes_are_parts_of_the_record_and_stay_as_they_are(before, after):
    for record in (before + A + after, before):
        for each in embedded_json.objects(record):
            assert each.startswith(b"{")
            assert embedded_json.objects(each) == [each]


def test_bytes_without_meaning_are_noise():
    assert all(
        map(embedded_json.is_noise, [b"", b"\x00\x1e \r", b"\xef\xbb\xbf", b"]", b"[", b",;"])
    )
    assert not any(map(embedded_json.is_noise, [b"1", b"[]]", b"\x01", A]))
