"""marimo still has the private names that `marimo_internals` uses."""

import ast
import asyncio
import builtins
import weakref
from types import SimpleNamespace

import marimo as mo
import pytest
from marimo._ast import compiler, parse, transformers
from marimo._plugins.ui._core.registry import UIElementRegistry
from marimo._plugins.ui._core.ui_element import Lens
from marimo._runtime.commands import UpdateUIElementCommand
from marimo._runtime.params import QueryParams
from marimo._runtime.utils.set_ui_element_request_manager import SetUIElementRequestManager

from workbench.dashboard.session import marimo_internals

MOVED = (
    f"marimo {mo.__version__} renamed or changed {{}}. Find its new name in marimo/{{}} and use it "
    "in workbench/dashboard/session/marimo_internals.py."
)


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


def test_changes_of_one_dictionary_that_arrive_together_are_all_kept(monkeypatch):
    """Marimo alone would keep the last: both resolve to one parent, and the last value wins."""
    hint = MOVED.format(
        "how changes are merged", "_runtime/utils/set_ui_element_request_manager.py"
    )
    marimo_internals.keep_every_choice()
    registry = UIElementRegistry()
    context = SimpleNamespace(ui_element_registry=registry)
    monkeypatch.setattr(marimo_internals, "get_context", lambda: context)
    inner = mo.ui.dictionary({"low": mo.ui.number(0, 9), "high": mo.ui.number(0, 9)})
    outer = mo.ui.dictionary({"name": mo.ui.text(), "bounds": inner})
    for parent, key, child in [
        ("outer", None, outer),
        ("bounds", "bounds", outer["bounds"]),
        ("name", "name", outer["name"]),
        ("low", "low", outer["bounds"]["low"]),
        ("high", "high", outer["bounds"]["high"]),
    ]:
        owner = {"low": "bounds", "high": "bounds", "outer": None}.get(parent, "outer")
        child._lens = Lens(parent_id=owner, key=key) if owner else None
        registry._objects[parent] = weakref.ref(child)
    queue = asyncio.Queue()
    changes = [("low", 1), ("name", "ann"), ("other", 5), ("high", 8), ("low", 2)]
    commands = [
        UpdateUIElementCommand(object_ids=[element], values=[value]) for element, value in changes
    ]
    for command in commands[1:]:
        queue.put_nowait(command)
    (merged,) = SetUIElementRequestManager(queue).process_request(commands[0])
    assert dict(merged.ids_and_values) == {
        "outer": {"bounds": {"low": 2, "high": 8}, "name": "ann"},
        "other": 5,
    }, hint


def test_query_params_are_replaced_without_a_message(monkeypatch):
    hint = MOVED.format("`QueryParams._params`", "_runtime/params.py")
    params = QueryParams({"page": "2", "words": "x"})
    monkeypatch.setattr(
        marimo_internals, "get_context", lambda: SimpleNamespace(query_params=params)
    )
    entries = [("page", "3"), ("tag", "a"), ("tag", "b"), ("access_token", "secret")]
    marimo_internals.replace_query_params(entries)
    assert params.to_dict() == {"page": "3", "tag": ["a", "b"]}, hint


@pytest.fixture
def disturbed(monkeypatch):
    """Let every second call of `compile` fail as if another thread had disturbed it."""
    for module in (ast, compiler, transformers):
        monkeypatch.setitem(vars(module), "compile", builtins.compile)
    monkeypatch.setattr(marimo_internals, "sys", SimpleNamespace(version_info=(3, 11, 7)))
    calls = []

    def fails_first(*args, **options):
        calls.append(args)
        if len(calls) % 2:
            msg = "AST constructor recursion depth mismatch (before=117, after=69)"
            raise SystemError(msg)
        return compile(*args, **options)

    monkeypatch.setattr(marimo_internals, "builtins", SimpleNamespace(compile=fails_first))
    return calls


def test_cells_are_compiled_again_if_another_session_disturbed_them(disturbed):
    hint = MOVED.format("how cells are compiled", "_ast/compiler.py and _ast/parse.py")
    marimo_internals.compile_safely()
    cell = compiler.compile_cell("x = 1\nx + y", cell_id="a")
    assert (cell.defs, cell.refs) == ({"x"}, {"y"}), hint
    assert len(disturbed) >= 8, hint  # two parses and two compilations, each of them twice
    assert ast.dump(parse.ast_parse("x")) == ast.dump(ast.parse("x")), hint
    with pytest.raises(SyntaxError):
        ast.parse("x =")


def test_code_that_never_compiles_ends(disturbed, monkeypatch):
    def fails(*args, **options):
        raise RecursionError

    monkeypatch.setattr(marimo_internals, "builtins", SimpleNamespace(compile=fails))
    with pytest.raises(RecursionError):
        marimo_internals.compile_again("x", "", "exec")


@pytest.mark.parametrize("version", [(3, 11, 8), (3, 12, 2), (3, 13, 0)])
def test_versions_of_python_that_compile_safely_are_left_alone(disturbed, monkeypatch, version):
    monkeypatch.setattr(marimo_internals, "sys", SimpleNamespace(version_info=version))
    marimo_internals.compile_safely()
    assert vars(ast)["compile"] is builtins.compile
