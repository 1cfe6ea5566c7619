"""Alpaca records: the first exchange."""

from tests.support.trees_by_hand import records


def test_record_is_the_first_exchange():
    assert records("alpaca") == [{"instruction": "why?", "input": "", "output": "because"}]
