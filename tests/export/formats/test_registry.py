"""The registry, and what every format in it must do."""

from types import SimpleNamespace

import pytest

from tests.support.trees_by_hand import records
from workbench.exceptions import ExportError
from workbench.export import formats
from workbench.export.formats import FORMATS, messages, oasst, oasst_messages, registry
from workbench.named_modules import index_by_name
from workbench.recipe.export_formats import EXPORT_FORMATS
from workbench.recipe.settings import Recipe


def test_registry_refuses_two_formats_with_one_name():
    with pytest.raises(ValueError, match="two formats are called oasst"):
        index_by_name(oasst, oasst_messages, oasst)


def test_registry_knows_modules_by_their_name():
    assert [module.NAME for module in FORMATS.values()] == list(FORMATS)
    assert all(name.isidentifier() and FORMATS[name].ENCODINGS for name in FORMATS)


def test_recipes_know_the_same_formats_and_encodings():
    assert {name: FORMATS[name].ENCODINGS for name in FORMATS} == EXPORT_FORMATS
    assert list(EXPORT_FORMATS) == list(FORMATS)


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


def test_a_registered_format_can_be_named_in_a_recipe(monkeypatch):
    monkeypatch.setattr(registry, "FORMATS", dict(FORMATS))
    monkeypatch.setitem(EXPORT_FORMATS, "own", ())
    own = SimpleNamespace(**vars(messages) | {"NAME": "own"})
    formats.register(own)
    assert formats.by_name("own").file() == "own.jsonl"
    assert Recipe().with_(export={"formats": ["own.parquet"]}).export.formats == ("own.parquet",)
    del own.Record, own.UNIT
    with pytest.raises(ExportError, match="lacks UNIT, Record"):
        formats.register(own)
