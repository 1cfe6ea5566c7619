"""Prompts marked up for chat models: the first turn of the user, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.instructions import chat_markup

ALPACA = (
    "Below is an instruction that describes a task. Write a response.\n\n"
    "### Instruction:\nAdd these.\n\n### Input:\n2, 3\n\n### Response:\n5"
)


@pytest.mark.parametrize(
    ("text", "request_text"),
    [
        ("### Human: why?### Assistant: so", "why?"),
        ("### Human: why?\n### Assistant: so\n### Human: and how?", "why?"),
        ("## User: why?", "why?"),
        (ALPACA, "Add these.\n2, 3"),
        ("why?\n\n### Response:", "why?"),
        (
            "<|im_start|>system\nbrief<|im_end|>\n<|im_start|>user\nwhy?\nhow?<|im_end|>\n",
            "why?\nhow?",
        ),
        ("<s>[INST] <<SYS>>\nbe brief\n<</SYS>>\n\nwhy? [/INST] so </s>", "why?"),
        ("[INST]why?[/INST]", "why?"),
        ("<|start_header_id|>user<|end_header_id|>\n\nwhy?<|eot_id|>", "why?"),
        ("<|prompter|>why?<|endoftext|><|assistant|>so", "why?"),
        ("<|system|>\nbrief</s>\n<|user|>\nwhy?</s>\n<|assistant|>", "why?"),
        ("<bos><start_of_turn>user\nwhy?<end_of_turn>\n<start_of_turn>model\n", "why?"),
        ("<\uff5cUser\uff5c>why?<\uff5cAssistant\uff5c>so", "why?"),
        ("Human: why?\n\nAssistant: so", "why?"),
        ("USER: why? ASSISTANT: so", "why?"),
        ("why?<|endoftext|>", "why?"),
    ],
)
def test_the_first_turn_of_the_user_is_the_request(text, request_text):
    assert chat_markup.first_request(text) == request_text


@pytest.mark.parametrize(
    "text",
    [
        "### Assistant: so",
        "<|im_start|>user\n<|im_end|>",
        "<|im_start|>system\nbrief<|im_end|>",
        "[/INST]",
        "<|strange_token|>why?",
        "<|im_start|>user\nwhy?<|fim_middle|>",
    ],
)
def test_markup_without_a_turn_of_the_user_has_no_request(text):
    assert chat_markup.first_request(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "why is human: a word?",
        "what does ### mean in markdown",
        "Write a dialogue. User: hi. Assistant: hello",
        "## Heading\nexplain this",
        "a < b | c > d",
        "User: why?",
    ],
)
def test_other_texts_stay_as_they_are(text):
    assert chat_markup.first_request(text) == text


@given(st.text())
def test_any_text_is_read(text):
    request_text = chat_markup.first_request(text)
    assert request_text is None or request_text in text or request_text
