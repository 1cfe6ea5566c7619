"""Prompts and completions: the opening turn and its best answer."""

from tests.support.trees_by_hand import records


def test_records_are_the_first_exchange_of_each_path():
    best = [{"prompt": "why?", "completion": "because"}]
    assert records("prompt_completion") == best
    assert records("prompt_completion", paths="all") == [
        *best,
        {"prompt": "why?", "completion": "so"},
    ]
