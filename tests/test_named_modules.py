"""Modules are indexed by name, and names are unique."""

from types import SimpleNamespace

import pytest

from workbench.named_modules import index_by_name


def test_index_by_name_keeps_the_order():
    modules = [SimpleNamespace(NAME=name) for name in "bca"]
    assert list(index_by_name(*modules)) == ["b", "c", "a"]


def test_index_by_name_refuses_a_second_module_of_a_name():
    modules = [SimpleNamespace(NAME=name) for name in ["twint", "oasst", "twint"]]
    with pytest.raises(ValueError, match="two formats are called twint"):
        index_by_name(*modules)
