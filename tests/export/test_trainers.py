"""Exports load in TRL's trainers and in the `datasets` library; the keys for other tools exist.

TRL prepares the data with its own trainers, on the CPU, with a tiny model of random weights and a
tokenizer trained here. Nothing is downloaded.
"""

import json
import re

import pytest

from tests.support import kept
from tests.support.exports_by_hand import recipe, write_export
from tests.support.kept import turn
from workbench.export import trainers

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
FORMATS = ("messages", "prompt_completion", "preference", "kto", "alpaca", "sharegpt")
THREADS = kept.turns(
    *(
        [
            turn(first, None, 7, f"how do I repair a door, part {first}?"),
            turn(first + 1, first, 8, "@name7 oil the hinges, then tighten every screw", likes=2),
            turn(first + 2, first, 9, "@name7 lol no idea", likes=9),
            turn(first + 3, first + 1, 7, "@name8 which oil is the best?"),
            turn(first + 5, first + 3, 8, "@name7 any oil for machines"),
        ]
        for first in range(100, 160, 10)
    )
)


@pytest.fixture(scope="module", params=["none", "record"])
def pack(request, tmp_path_factory):
    """An export of all formats for training, without and with `meta` in the records."""
    folder = tmp_path_factory.mktemp("packs") / request.param
    chosen = recipe(*FORMATS, meta=request.param, min_answer=0.2)
    write_export(THREADS, folder, recipe=chosen, removed=(), answers=kept.answers(THREADS))
    return folder


@pytest.fixture(scope="module")
def model_and_tokenizer(tmp_path_factory):
    """A model of random weights with a vocabulary learned from the threads.

    It comes from a folder, because the DPO trainer loads its reference model from there.
    """
    transformers = pytest.importorskip("transformers")
    import tokenizers

    marks = ["<|im_start|>", "<|im_end|>", "<pad>"]
    learned = tokenizers.Tokenizer(tokenizers.models.BPE())
    learned.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    learned.decoder = tokenizers.decoders.ByteLevel()
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=400, special_tokens=marks, initial_alphabet=alphabet, show_progress=False
    )
    learned.train_from_iterator(THREADS["text"].to_list(), trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=learned, eos_token="<|im_end|>", pad_token="<pad>"
    )
    tokenizer.chat_template = TEMPLATE
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=256,
    )
    folder = tmp_path_factory.mktemp("model")
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return transformers.LlamaForCausalLM.from_pretrained(folder), tokenizer


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FORMATS)
def test_a_trainer_of_trl_takes_a_step_with_the_code_of_the_card(
    pack, model_and_tokenizer, tmp_path, monkeypatch, name
):
    trl = pytest.importorskip("trl")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(pack)
    card = (pack / "README.md").read_text()
    (code,) = (
        block
        for block in re.findall(r"```python\n(.*?)```", card, re.DOTALL)
        if f'"{name}.jsonl"' in block
    )
    method = re.search(r"import (\w+)Trainer", code)[1]
    options = {"output_dir": str(tmp_path / "out"), "max_steps": 1, "use_cpu": True}
    options |= {"per_device_train_batch_size": 2, "report_to": [], "bf16": False}
    args = getattr(trl, f"{method}Config")(**options)
    model, tokenizer = model_and_tokenizer
    here = {"model": model, "tokenizer": tokenizer, "args": args}
    exec(
        code.replace(
            'model="Qwen/Qwen3-0.6B"', "model=model, args=args, processing_class=tokenizer"
        ),
        here,
    )
    rows = here["trainer"].train_dataset
    assert len(rows) == len((pack / f"{name}.jsonl").read_text().splitlines()) > 0
    ids = [rows[0][key] for key in rows.column_names if key in {"input_ids", "prompt_ids"}]
    ids += [rows[0][key] for key in rows.column_names if key.endswith("prompt_input_ids")]
    assert "how do I repair a door" in tokenizer.decode(ids[0])
    assert here["trainer"].train().training_loss > 0


@pytest.mark.parametrize("name", FORMATS)
def test_the_datasets_library_loads_every_configuration(pack, tmp_path, monkeypatch, name):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    assert set(datasets.get_dataset_config_names(str(pack))) == set(FORMATS)
    loaded = datasets.load_dataset(str(pack), name, split="train", cache_dir=str(tmp_path))
    written = [json.loads(line) for line in (pack / f"{name}.jsonl").read_text().splitlines()]
    assert loaded.to_list() == written
    assert ("meta" in loaded.column_names) == (pack.name == "record")


#: Keys of an entry of `dataset_info.json`, by the documentation of LLaMA-Factory.
KEYS = {"file_name", "formatting", "ranking", "columns", "tags"}
COLUMNS = {
    "alpaca": {"prompt", "query", "response", "history", "system", "chosen", "rejected", "kto_tag"},
    "sharegpt": {"messages", "system", "tools", "chosen", "rejected", "kto_tag"},
}
TAGS = {"role_tag", "content_tag", "user_tag", "assistant_tag", "system_tag", "observation_tag"}


def test_dataset_info_follows_the_documented_schema(pack):
    info = json.loads((pack / trainers.DATASET_INFO).read_text())
    assert set(info) == {"messages", "prompt_completion", "alpaca", "sharegpt"}
    for entry in info.values():
        assert entry.keys() <= KEYS
        assert entry["columns"].keys() <= COLUMNS[entry["formatting"]]
        assert entry.get("tags", {}).keys() <= TAGS
        first = json.loads((pack / entry["file_name"]).read_text().splitlines()[0])
        assert set(entry["columns"].values()) <= first.keys()
        if tags := entry.get("tags"):
            message = first[entry["columns"]["messages"]][0]
            assert message[tags["role_tag"]] == tags["user_tag"]
            assert message[tags["content_tag"]]


@pytest.mark.parametrize("name", ["messages", "prompt_completion", "alpaca", "sharegpt"])
def test_llama_factory_reads_the_entries(pack, name):
    parser = pytest.importorskip("llamafactory.data.parser")
    converter = pytest.importorskip("llamafactory.data.converter")
    (attributes,) = parser.get_dataset_list([name], str(pack))
    record = json.loads((pack / f"{name}.jsonl").read_text().splitlines()[0])
    read = converter.DATASET_CONVERTERS[attributes.formatting](attributes, None)(record)
    assert read["_prompt"][0]["content"].startswith("how do I repair a door")
    assert read["_response"][0]["role"] == "assistant"


#: Keys of an entry of `datasets`, by the documentation of Axolotl.
AXOLOTL = {
    "SFT": {"path", "ds_type", "type", "field_messages", "message_property_mappings"},
    "DPO": {"path", "ds_type", "type", "field_messages", "field_chosen", "field_rejected"},
}
TYPES = {"chat_template", "chat_template.default", "alpaca"}
USER_DEFINED = {"field_instruction", "field_output", "format", "no_input_format"}


def test_the_card_has_yaml_for_axolotl_with_documented_keys(pack):
    yaml = pytest.importorskip("yaml")
    card = (pack / "README.md").read_text()
    configs = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", card, re.DOTALL)]
    formats = [config["datasets"][0]["path"].removesuffix(".jsonl") for config in configs]
    assert formats == ["messages", "prompt_completion", "preference", "alpaca", "sharegpt"]
    for name, config in zip(formats, configs, strict=True):
        (entry,) = config["datasets"]
        assert config.get("rl") == ("dpo" if name == "preference" else None)
        assert entry.keys() <= AXOLOTL["DPO" if name == "preference" else "SFT"]
        first = json.loads((pack / entry["path"]).read_text().splitlines()[0])
        if isinstance(entry["type"], dict):
            assert entry["type"].keys() <= USER_DEFINED
        else:
            assert entry["type"] in TYPES
        for key, field in entry.items():
            if key.startswith("field_"):
                assert isinstance(first[field], list)
        if mapping := entry.get("message_property_mappings"):
            assert set(first["conversations"][0]) == set(mapping.values())


def card_of(turns, folder, *formats, **options):
    write_export(turns, folder, recipe=recipe(*formats, **options))
    return (folder / "README.md").read_text()


@pytest.mark.parametrize("name", ["oasst", "messages.jsonl.zst", "tree"])
def test_files_that_the_tools_cannot_read_get_no_entry(turns, tmp_path, name):
    card = card_of(turns, tmp_path / "pack", name)
    assert not (tmp_path / "pack" / trainers.DATASET_INFO).exists()
    assert "Axolotl" not in card


def test_the_card_shows_how_axolotl_and_trl_load_the_file_of_train(turns, tmp_path):
    card = card_of(turns, tmp_path / "pack", "messages", "sharegpt", validation=0.3)
    assert "  - path: messages.train.jsonl\n    ds_type: json\n    type: chat_template\n" in card
    assert 'message_property_mappings:\n      role: "from"\n      content: "value"\n' in card
    assert "from trl import SFTTrainer" in card
    assert "validation.jsonl" not in card[card.index("## Training tools") : card.index("## How")]
