"""The browser of dumps, and the list of the chosen ones."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench.dashboard.home import file_chooser


def test_browser_lists_only_allowed_paths(root):
    strange = root / "gnp\u202e.tar"
    strange.write_text("{}")
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.tar")).write_text("{}")
    browser = file_chooser.browser(root)
    listed = browser._list_directory(SimpleNamespace(path=str(root))).files
    shown = {entry["name"]: entry["is_directory"] for entry in listed}
    assert shown == {
        "in": True,
        "july": True,
        "a.tar": False,
        "b.tar": False,
        "gnp⟨U+202E⟩.tar": False,
        "pipe": False,
    }
    strange.unlink()


@pytest.mark.parametrize("path", ["..", "out", "/etc", "\0"])
def test_browser_neither_lists_nor_accepts_outside_paths(root, path):
    browser = file_chooser.browser(root)
    outside = str(root / path)
    with pytest.raises(RuntimeError):
        browser._list_directory(SimpleNamespace(path=outside))
    with pytest.raises(RuntimeError):
        browser._convert_value([{"id": "", "name": "", "path": outside, "is_directory": True}])


def test_chosen_paths_are_shown_as_text(tmp_path):
    hostile = tmp_path / "<img src=x onerror=alert(1)>"
    hostile.write_text("x" * 5)
    shown = file_chooser.chosen([hostile, tmp_path] * 20).text
    assert "<img" not in shown
    assert "(5 bytes)" in shown
    assert "and 32 more" in shown
