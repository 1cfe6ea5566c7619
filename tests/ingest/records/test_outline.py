"""Small records are decoded whole, large ones in outline, broken ones not at all."""

import json

import pytest

from workbench.ingest.records import outline


def test_large_records_keep_their_keys_only():
    wide = {"data": [{"id": "1"}] * 20_000, "meta": {"count": 1}, "padding": [[]] * 100_000}
    [decoded] = outline.decoded([json.dumps(wide).encode()])
    assert decoded == {"data": [{}], "meta": {"count": 1}, "padding": [[]]}


def test_broken_records_are_skipped_and_cut_ones_repaired():
    records = [b'{"id": 7}', b"\xff", b"no JSON", b'{"id": NaN}', b"[" * 100_000]
    assert {"id": 7} in list(outline.decoded(records))
    assert outline.fields(b"no JSON") is None


@pytest.mark.parametrize("record", [b"[1]", b"7", b'"text"', b"null"])
def test_fields_of_other_values_are_none(record):
    assert outline.fields(record) is None
