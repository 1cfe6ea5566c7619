"""Chat messages: their paths, their model, and chat templates."""

import pytest
from jinja2 import TemplateError
from pydantic import ValidationError
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast

from tests.support.trees_by_hand import records
from workbench.export.formats import FORMATS


def test_records_are_the_best_path_or_all_paths():
    def roles(texts):
        return [{"role": ("user", "assistant")[n % 2], "content": t} for n, t in enumerate(texts)]

    best = {"messages": roles(["why?", "because", "and how?", "thus"])}
    other = {"messages": roles(["why?", "so", "really?", "yes"])}
    assert records("messages") == [best]
    assert records("messages", paths="all") == [best, other]


#: As strict as the templates of commonly trained models.
TEMPLATE = """
{%- for message in messages -%}
  {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
    {{ raise_exception('roles must alternate user/assistant/user/assistant/...') }}
  {%- endif -%}
  <|{{ message['role'] }}|>{{ message['content'] | trim }}<|end|>
{%- endfor -%}
"""


@pytest.mark.parametrize("paths", ["best", "all"])
def test_records_pass_a_chat_template(paths):
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel({"?": 0}, "?")))
    for record in records("messages", paths=paths):
        text = tokenizer.apply_chat_template(
            record["messages"], chat_template=TEMPLATE, tokenize=False
        )
        assert text == "".join(
            f"<|{message['role']}|>{message['content']}<|end|>" for message in record["messages"]
        )
    with pytest.raises(TemplateError, match="must alternate"):
        tokenizer.apply_chat_template(
            record["messages"][1:], chat_template=TEMPLATE, tokenize=False
        )


@pytest.mark.parametrize("roles", [["user"], ["assistant", "user"], ["user", "user"], ["user"] * 3])
def test_model_refuses_roles_that_do_not_alternate(roles):
    with pytest.raises(ValidationError):
        FORMATS["messages"].Record(messages=[{"role": role, "content": "x"} for role in roles])
