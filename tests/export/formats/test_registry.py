"""The registry, and what every format in it must do."""

import json

import pytest

from tests.support.trees_by_hand import BRANCHED, records, walk
from workbench.exceptions import ExportError
from workbench.export import formats
from workbench.export.formats import FORMATS, oasst, oasst_messages, registry


def test_registry_refuses_two_formats_with_one_name():
    with pytest.raises(ValueError, match="two formats are called oasst"):
        registry._registry(oasst, oasst_messages, oasst)


def test_registry_knows_modules_by_their_name():
    assert [module.NAME for module in FORMATS.values()] == list(FORMATS)
    assert all(name.isidentifier() and FORMATS[name].ENCODINGS for name in FORMATS)


def test_by_name_finds_formats_and_encodings():
    assert formats.by_name("messages").file() == "messages.jsonl"
    assert formats.by_name("oasst.jsonl.gz").file("train") == "oasst.train.jsonl.gz"
    assert formats.by_name("instruction").file() == "instruction.parquet"
    with pytest.raises(ExportError, match="no export format `chatml`"):
        formats.by_name("chatml")
    with pytest.raises(ExportError, match="cannot be written as `parquet`"):
        formats.by_name("oasst.parquet")


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "ids"])
@pytest.mark.parametrize("paths", ["best", "all"])
def test_records_validate_and_have_every_key(name, paths):
    made = records(name, paths=paths)
    assert made
    for record in made:
        valid = FORMATS[name].Record.model_validate(record)
        assert valid.model_dump(by_alias=True) == record


def test_alpaca_and_instruction_hold_the_first_exchange():
    assert records("alpaca") == [{"instruction": "why?", "input": "", "output": "because"}]
    rows = records("instruction", paths="all")
    assert [(row["INSTRUCTION"], row["RESPONSE"]) for row in rows] == [
        ("why?", "because"),
        ("why?", "so"),
    ]
    assert json.loads(rows[0]["METADATA"]) == {
        "post_id": "1",
        "reply_id": "5",
        "lang": "en",
        "likes": 9,
    }


def test_dialog_and_tree_contain_every_turn():
    (dialog,), (tree,) = records("dialog"), records("tree")
    assert (dialog["source"], dialog["meta"]) == ("twitter", {"post_id": "1"})
    assert tree["metadata"] == {"post_id": "1"}

    def renamed(node):
        replies = [renamed(child) for child in node["children"]]
        return {
            "text": node["text"],
            "role": node["role"],
            "meta": node["metadata"],
            "replies": replies,
        }

    assert dialog["thread"] == renamed(tree["root"])
    assert sorted(node["text"] for node in walk(dialog["thread"])) == sorted(BRANCHED["text"])
