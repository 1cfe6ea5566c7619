"""Ids of users across threads."""

import uuid

import polars as pl

from workbench.export.privacy import pseudonyms


def test_user_ids_are_keyed_uuids_per_author():
    ids = pseudonyms.user_ids(pl.Series([7, 8, None, 7]), secret=b"a" * 32)
    assert ids[0] == ids[3] != ids[1]
    assert ids[2] is None
    assert uuid.UUID(ids[0]).version == 5
    assert pseudonyms.user_ids(pl.Series([7]), secret=b"b" * 32)[0] != ids[0]


def test_user_ids_accept_only_unknown_authors():
    assert pseudonyms.user_ids(pl.Series([None], dtype=pl.Int64), secret=b"a").to_list() == [None]
