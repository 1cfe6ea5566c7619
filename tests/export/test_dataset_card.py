"""The data card: what it states, and that the `datasets` library reads it."""

from functools import partial

import pytest

from tests.support import kept
from tests.support.exports_by_hand import UNRATED, recipe, write_export
from tests.support.kept import turn
from workbench.export.formats import FORMATS
from workbench.export.splits import split_of


def test_the_datasets_library_reads_the_card(turns, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    load = partial(datasets.load_dataset, split="train", cache_dir=str(tmp_path / "cache"))
    mixed = recipe("messages", "instruction", "alpaca.jsonl.zst")
    write_export(turns, tmp_path / "pack", recipe=mixed)
    for name, column in (("messages", "messages"), ("alpaca", "instruction")):
        loaded = load(str(tmp_path / "pack"), name)
        assert loaded.num_rows == 2
        assert column in loaded.column_names
    card = (tmp_path / "pack" / "README.md").read_text()
    assert "\nLoad `instruction.parquet` by name" in card
    write_export(turns, tmp_path / "parquet", recipe=recipe("instruction"))
    assert "by name" not in (tmp_path / "parquet" / "README.md").read_text()
    assert load(str(tmp_path / "parquet"), "instruction").num_rows == 2


def test_card_states_the_terms_and_the_counts(turns, tmp_path):
    write_export(turns, tmp_path / "pack", recipe=recipe("messages", paths="all"))
    card = (tmp_path / "pack" / "README.md").read_text()
    assert card.startswith("---\npretty_name:")
    assert '- "en"\n' in card
    for words in ("June 2025", "as ids only", "| Turns | 1 | 1 | 1 |", "| 3 | 8 | 7 | 1.14 |"):
        assert words in card


@pytest.mark.parametrize("name", UNRATED)
def test_every_configuration_loads_if_only_validation_has_deep_trees(name, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    shares = {"train": 0.5, "validation": 0.5}
    splits = [split_of(thread * 100, shares=shares) for thread in range(1, 20)]
    threads = []
    for number, split in enumerate(splits, start=1):
        first = number * 100
        depth = 5 if split == "validation" else 2
        lang = None if split == "train" else "en"
        threads.append(
            [
                turn(first + n, first + n - 1 if n else None, 7 + n % 2, f"text {n}", lang=lang)
                for n in range(depth)
            ]
        )
    chosen = recipe(name, validation=0.5)
    write_export(kept.turns(*threads), tmp_path / "pack", recipe=chosen, removed=())
    names = datasets.get_dataset_config_names(str(tmp_path / "pack"))
    is_flat = "parquet" in FORMATS[name].ENCODINGS
    assert names == [name if is_flat else "ids"]
    cache = str(tmp_path / "cache")
    loaded = datasets.load_dataset(str(tmp_path / "pack"), names[0], cache_dir=cache)
    if is_flat:
        rows = sum(loaded.num_rows.values())
        assert (set(loaded), rows) == ({"train", "validation"}, len(splits))


def test_the_card_declares_the_columns(turns, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    write_export(turns, tmp_path / "pack", recipe=recipe("messages", "alpaca"))
    builder = datasets.load_dataset_builder(
        str(tmp_path / "pack"), "messages", cache_dir=str(tmp_path / "cache")
    )
    message = {"role": datasets.Value("string"), "content": datasets.Value("string")}
    assert builder.info.features == datasets.Features({"messages": datasets.List(message)})


def test_a_split_or_a_format_without_records_does_not_break_the_others(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    one = kept.turns([turn(1, None, 7, "why?"), turn(3, 1, 8, "@name7 so")])
    chosen = recipe("messages", "preference", validation=0.3)
    folder, cache = tmp_path / "pack", str(tmp_path / "cache")
    write_export(one, folder, recipe=chosen, removed=(), answers=kept.answers(one))
    assert datasets.get_dataset_config_names(str(folder)) == ["messages"]
    loaded = datasets.load_dataset(str(folder), "messages", cache_dir=cache)
    assert sum(loaded.num_rows.values()) == 1
    assert "DPOTrainer" not in (folder / "README.md").read_text()
