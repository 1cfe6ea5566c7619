"""Which names and folders an export may have."""

import pytest

from workbench import export
from workbench.exceptions import ExportError


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", ".hidden", "a b", "x" * 101, "é"])
def test_check_name_refuses_unsafe_names(name):
    with pytest.raises(ExportError, match="cannot be the name"):
        export.check_name(name)


def test_check_name_accepts_plain_names():
    export.check_name("first-pack_2.1")
