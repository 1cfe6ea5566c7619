"""The request of a record, in every known format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.instructions import record_formats
from workbench.instructions.record_formats import NoRequest

TURNS = {
    "conversations": [
        {"from": "system", "value": "be brief"},
        {"from": "human", "value": "what is rain?"},
        {"from": "gpt", "value": "water"},
        {"from": "human", "value": "and snow?"},
    ]
}


TREE = {
    "message_tree_id": "a",
    "prompt": {
        "text": "why do cats purr",
        "role": "prompter",
        "replies": [{"text": "they are content", "role": "assistant", "replies": []}],
    },
}


PART = {"messages": [{"role": "user", "content": [{"type": "text", "text": "draw a cat"}]}]}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"instruction": "Add.", "input": "2, 3", "output": "5"}, "Add.\n2, 3"),
        ({"instruction": "Name a cheese.", "input": "", "output": "Brie"}, "Name a cheese."),
        ({"instruction": "Who?", "context": "Ann ran.", "response": "Ann"}, "Who?\nAnn ran."),
        ({"instruction": "Fix.", "instances": [{"input": "teh", "output": "the"}]}, "Fix.\nteh"),
        ({"instruction": "Fix it.", "instances": []}, "Fix it."),
        ({"INSTRUCTION": "Say hi.", "RESPONSE": "hi", "SOURCE": "x", "METADATA": "{}"}, "Say hi."),
        (TURNS, "what is rain?"),
        ({"messages": [{"role": "user", "content": "hello?"}]}, "hello?"),
        (PART, "draw a cat"),
        (TREE, "why do cats purr"),
        ({"text": "why?", "role": "prompter", "parent_id": None}, "why?"),
        ({"text": "why so?", "id": 3}, "why so?"),
        ({"prompt": "how so?"}, "how so?"),
        ({"question": "who so?", "answer": "he"}, "who so?"),
    ],
)
def test_request_finds_each_shape(record, expected):
    assert record_formats.request(record) == expected


@pytest.mark.parametrize(
    "record",
    [
        *(None, 3, [], ["a"], {}, {"speech": "hello?"}, {"instruction": None}, {"text": " "}),
        {"text": "two", "prompt": "candidates"},
        {"messages": [{"role": ["user"], "content": "x"}, 7, {"role": "assistant"}]},
        {"conversations": [{"from": "human", "value": 5}]},
        {"instruction": {"a": 1}, "instances": 3, "prompt": {"text": 4}},
    ],
)
def test_request_refuses_what_it_does_not_know(record):
    assert record_formats.request(record) is NoRequest.UNKNOWN


@pytest.mark.parametrize(
    "record",
    [
        {"text": "they do", "role": "assistant", "parent_id": "a"},
        {"text": "and snow?", "role": "prompter", "parent_id": "b"},
        {"prompt": {"text": "gone", "role": "prompter", "deleted": True}},
    ],
)
def test_request_sets_replies_aside(record):
    assert record_formats.request(record) is NoRequest.REPLY


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("text", "prompt", "role", "from", "value", "content", "instruction"),
                    *("input", "instances", "messages", "conversations", "parent_id", "topic"),
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_like)
def test_request_survives_wrong_types_in_every_field(record):
    assert isinstance(record_formats.request(record), str | NoRequest)
    assert isinstance(record_formats.topic(record), str | None)
