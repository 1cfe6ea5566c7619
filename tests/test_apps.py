"""What the apps do alike."""

from importlib import import_module
from pathlib import Path

import pytest

from workbench.dashboard.navigation import PLACES
from workbench.workspace import VARIABLE


@pytest.mark.parametrize("file", [file for file in PLACES if file != "home.py"])
def test_app_without_a_workspace_says_what_to_do(file, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    outputs, defs = import_module(Path(file).stem).app.run()
    assert "data" not in defs
    assert any("make demo" in str(getattr(output, "text", "")) for output in outputs)
