"""Preferences: a prompt, the reply to learn and the reply to avoid."""

import pytest
from pydantic import ValidationError

from tests.support.trees_by_hand import records
from workbench.export.formats.preference import Record


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


def test_records_are_two_replies_to_one_prompt():
    assert records("preference", min_answer=0.2) == [
        {
            "prompt": [user("why?")],
            "chosen": [assistant("because")],
            "rejected": [assistant("so")],
        }
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": [assistant("why?")]},
        {"prompt": [user("why?"), assistant("so")]},
        {"chosen": []},
        {"chosen": [user("because")]},
        {"rejected": [assistant("so"), user("what?")]},
    ],
)
def test_the_model_refuses_roles_that_do_not_alternate(wrong):
    right = {"prompt": [user("a")], "chosen": [assistant("b")], "rejected": [assistant("c")]}
    Record.model_validate(right)
    with pytest.raises(ValidationError):
        Record.model_validate(right | wrong)
