"""The data card: what it states, and that the `datasets` library reads it."""

from functools import partial

from tests.support.exports_by_hand import recipe, write_export


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
