"""What training tools are told about an export, and what TRL makes of its records."""

import json

import pytest

from tests.support.exports_by_hand import lines, recipe, write_export
from workbench.export import trainers

FLAT = ("messages", "sharegpt", "alpaca", "instruction", "prompt_completion")


def export(turns, folder, *formats, **options):
    write_export(turns, folder, recipe=recipe(*formats, **options))
    return (folder / "README.md").read_text()


def test_dataset_info_names_a_file_and_its_columns_per_split(turns, tmp_path):
    export(turns, tmp_path / "pack", *FLAT, validation=0.5)
    info = json.loads((tmp_path / "pack" / trainers.DATASET_INFO).read_text())
    assert len(info) == 2 * len(FLAT)
    assert info["messages_train"]["file_name"] == "messages.train.jsonl"
    for entry in info.values():
        path = tmp_path / "pack" / entry["file_name"]
        for record in lines(path) if path.suffix == ".jsonl" else []:
            assert set(entry["columns"].values()) <= record.keys()


@pytest.mark.parametrize("name", ["oasst", "messages.jsonl.zst", "tree"])
def test_files_that_the_tools_cannot_read_get_no_entry(turns, tmp_path, name):
    card = export(turns, tmp_path / "pack", name)
    assert not (tmp_path / "pack" / trainers.DATASET_INFO).exists()
    assert "Axolotl" not in card


def test_the_card_shows_how_axolotl_and_trl_load_the_file_of_train(turns, tmp_path):
    card = export(turns, tmp_path / "pack", "messages", "sharegpt", validation=0.3)
    assert "  - path: messages.train.jsonl\n    ds_type: json\n    type: chat_template\n" in card
    assert 'message_property_mappings:\n      role: "from"\n      content: "value"\n' in card
    assert "from trl import SFTTrainer" in card
    assert "validation.jsonl" not in card[card.index("## Training tools") : card.index("## How")]


@pytest.mark.parametrize("name", ["messages", "prompt_completion"])
def test_trl_recognizes_the_records(turns, tmp_path, name):
    data_utils = pytest.importorskip("trl.data_utils")
    export(turns, tmp_path / "pack", name)
    for line in lines(tmp_path / "pack" / f"{name}.jsonl"):
        record = data_utils.maybe_convert_to_chatml(line)
        assert data_utils.is_conversational(record) is (name != "prompt_completion")
        if name != "prompt_completion":
            assert [message["role"] for message in record["messages"]][:2] == ["user", "assistant"]
