"""marimo still has the private names that `marimo_internals` uses."""

import inspect

import marimo as mo
import pytest

from workbench.dashboard.session import marimo_internals

MOVED = (
    f"marimo {mo.__version__} renamed or changed {{}}. Find its new name in marimo/{{}} and use it "
    "in workbench/dashboard/session/marimo_internals.py."
)


@pytest.mark.parametrize("name", ["_list_directory", "_convert_value"])
def test_file_browser_has_the_private_methods(name):
    hint = MOVED.format(f"`file_browser.{name}`", "_plugins/ui/_impl/file_browser.py")
    assert name in vars(mo.ui.file_browser), hint


def test_pages_call_the_filtered_list_of_a_folder(tmp_path):
    (tmp_path / "shown.tar").touch()
    (tmp_path / "hidden.tar").touch()
    browser = marimo_internals.FilteredBrowser(
        tmp_path, limit=10, is_shown=lambda path: path.stem == "shown", shown_name=str.upper
    )
    hint = MOVED.format("how a page asks for a folder", "_plugins/ui/_impl/file_browser.py")
    functions = [function.function for function in browser._args.functions]
    assert browser._list_directory in functions, hint
    argument = next(iter(inspect.signature(browser._list_directory).parameters))
    assert argument == "args", hint
    path = type("Arguments", (), {"path": str(tmp_path)})
    names = [entry["name"] for entry in browser._list_directory(path).files]
    assert names == ["SHOWN.TAR"], hint


def test_middleware_is_registered_with_the_server():
    hint = MOVED.format("`MIDDLEWARE_REGISTRY`", "_server/registry.py")
    try:
        from marimo._server.registry import MIDDLEWARE_REGISTRY
    except ImportError:
        pytest.fail(hint)
    marimo_internals.add_middleware("test", lambda app: app)
    try:
        assert "test" in MIDDLEWARE_REGISTRY.names(), hint
    finally:
        MIDDLEWARE_REGISTRY.unregister("test")
