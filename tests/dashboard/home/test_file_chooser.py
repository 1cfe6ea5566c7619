"""The chooser of dumps, and the list of the chosen ones."""

import os
from pathlib import Path

import pytest

from tests.support import browser as browsers
from workbench.dashboard.home import file_chooser
from workbench.dashboard.session import allowed_files


def test_listing_has_only_allowed_paths_with_sizes(root):
    strange = root / "gnp\u202e.tar"
    strange.write_text("{}")
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.tar")).write_text("{}")
    shown = file_chooser.listing(str(root), roots=[root])
    assert {entry["name"]: entry["size"] for entry in shown["entries"]} == {
        "in": "2 files, 4 bytes",
        "july": "2 files, 4 bytes",
        "a.tar": "2 bytes",
        "b.tar": "2 bytes",
        "gnp⟨U+202E⟩.tar": "2 bytes",
    }
    assert [entry["is_folder"] for entry in shown["entries"]] == [True, True, False, False, False]
    strange.unlink()


@pytest.mark.parametrize("folder", ["..", "out", "/etc", "\0"])
def test_a_folder_elsewhere_is_never_listed(root, folder):
    shown = file_chooser.listing(str(root / folder), roots=[root])
    assert [entry["path"] for entry in shown["entries"]] == [str(root)]


def test_several_roots_are_listed_first(root, tmp_path):
    chooser = file_chooser.FileChooser([root, tmp_path])
    assert [entry["name"] for entry in chooser.now["entries"]] == [str(root), str(tmp_path)]
    chooser.folder = str(root / "july")
    names = [name for _, name in chooser.now["crumbs"]]
    assert names == ["Allowed folders", str(root), "july"]


def test_large_folders_are_not_counted_to_the_end(root, monkeypatch):
    monkeypatch.setattr(file_chooser, "COUNTED", 1)
    monkeypatch.setattr(file_chooser, "LISTED", 2)
    shown = file_chooser.listing(str(root), roots=[root])
    assert [entry["size"] for entry in shown["entries"]] == ["more than 1 files", "many files"]
    assert shown["more"] > 0


def test_chosen_paths_are_shown_as_text(tmp_path):
    hostile = tmp_path / "<img src=x onerror=alert(1)>"
    hostile.write_text("x" * 5)
    shown = file_chooser.chosen([hostile, tmp_path] * 20).text
    assert "<img" not in shown
    assert "(5 bytes)" in shown
    assert "and 32 more" in shown


@pytest.mark.browser
def test_dumps_are_chosen_by_keyboard(tmp_path, chromium, monkeypatch):
    (tmp_path / "july").mkdir()
    for name in ["july/03.tar", "july/04.tar", "a.tar"]:
        (tmp_path / name).write_text("x")
    monkeypatch.setenv(allowed_files.VARIABLE, str(tmp_path))
    with browsers.serving("home.py", workspace=tmp_path / "ws") as address:
        shown, _ = browsers.open_page(chromium, f"{address}/?tab=Dumps")
        shown.get_by_role("button", name="Open july").focus()
        assert "Access denied" not in shown.locator("#App").inner_text()
        shown.keyboard.press("Enter")
        box = shown.get_by_role("checkbox", name="Choose 03.tar")
        box.wait_for()
        shown.keyboard.press("Space")
        shown.keyboard.press("ArrowDown")
        shown.keyboard.press("Space")
        chosen = shown.get_by_test_id("chosen")
        chosen.filter(has_text="04.tar").filter(has_text="03.tar").wait_for()
        shown.get_by_role("navigation", name="Folder").get_by_role("button").first.click()
        shown.get_by_role("checkbox", name="Choose a.tar").wait_for()
        assert "04.tar" in chosen.inner_text()
        shown.close()
