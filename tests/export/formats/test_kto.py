"""Unpaired records: one reply to a prompt, good or bad."""

import pytest
from pydantic import ValidationError

from tests.support.trees_by_hand import records
from workbench.export.formats.kto import Record


def test_records_are_single_replies_with_a_label():
    made = records("kto", min_answer=0.2)
    assert [(record["completion"][0]["content"], record["label"]) for record in made] == [
        ("because", True),
        ("so", False),
        ("thus", True),
    ]
    assert [message["content"] for message in made[2]["prompt"]] == ["why?", "because", "and how?"]


@pytest.mark.parametrize("label", [1, "true", None])
def test_the_model_wants_a_label_that_is_true_or_false(label):
    prompt, completion = ([{"role": role, "content": "x"}] for role in ("user", "assistant"))
    Record.model_validate({"prompt": prompt, "completion": completion, "label": True})
    with pytest.raises(ValidationError):
        Record.model_validate({"prompt": prompt, "completion": completion, "label": label})
