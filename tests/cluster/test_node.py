import pytest

from workbench.cluster import node
from workbench.exceptions import StageError


def test_the_own_version_is_accepted():
    node.check(node.version())


def test_another_version_is_refused_with_both_versions():
    with pytest.raises(StageError, match=r"the driver has 9\.9") as error:
        node.check("9.9")

    assert "on every node" in error.value.hint


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(StageError, match="needs the package `daft`"):
        node.check_installed(("daft",), engine="daft")
