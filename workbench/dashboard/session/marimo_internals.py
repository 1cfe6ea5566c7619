"""All uses of marimo's private names, so that an upgrade of marimo breaks one module only.

`tests/dashboard/session/test_marimo_internals.py` fails if marimo renames one of them, and says
where to look. Four things have no public API:

- Middleware of the server can only be registered by an installed entry point.
- Two changes of one `mo.ui.dictionary` that arrive while a cell runs are one batch, of which marimo
  keeps the last: the first choice would be lost.
- The query parameters cannot follow the browser: every change of them is sent to it.
- Sessions compile their cells in threads, which some versions of Python do not do safely.
"""

import ast
import builtins
import functools
import sys
from collections.abc import Callable, Iterable
from typing import Any

from marimo._ast import compiler, transformers
from marimo._runtime.commands import UpdateUIElementCommand
from marimo._runtime.context import get_context
from marimo._runtime.utils.set_ui_element_request_manager import SetUIElementRequestManager
from starlette.middleware import Middleware

#: How often to compile the same code if other threads disturb it.
_ATTEMPTS = 20


def add_middleware(name: str, middleware: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401
    """Put a middleware before the applications of marimo's server.

    Args:
        name: Unique name.
        middleware: Called with the next ASGI application and the options.
        **options: Passed on.
    """
    from marimo._server.registry import MIDDLEWARE_REGISTRY

    MIDDLEWARE_REGISTRY.register(name, Middleware(middleware, **options))


def replace_query_params(entries: Iterable[tuple[str, str]]) -> None:
    """Replace all query parameters of this page without a message to the browser.

    Args:
        entries: Names and values; a name may occur several times.
    """
    params = get_context().query_params
    ignored = params.IGNORED_KEYS
    params._params.clear()
    for name, value in entries:
        if name not in ignored:
            known = params.get_all(name)
            params._params[name] = [*known, value] if known else value


def keep_every_choice() -> None:
    """Make marimo keep all changes of one `mo.ui.dictionary` that arrive together."""
    process = SetUIElementRequestManager.process_request
    if hasattr(process, "__wrapped__"):
        return

    @functools.wraps(process)
    def process_all(self: SetUIElementRequestManager, request: Any) -> list[Any]:  # noqa: ANN401
        return [
            _with_parents(command) if isinstance(command, UpdateUIElementCommand) else command
            for command in process(self, request)
        ]

    SetUIElementRequestManager.process_request = process_all  # type: ignore[method-assign]


def compile_safely() -> None:
    """Let sessions compile their cells while others do.

    Before 3.11.8 and 3.12.2, Python counts the depth of all syntax trees together. A thread may
    read a wrong depth, and fail: the cell is lost, or the page does not open at all.
    """
    if sys.version_info >= (3, 12, 2) or (3, 11, 8) <= sys.version_info < (3, 12):
        return
    for module in (ast, compiler, transformers):
        vars(module)["compile"] = compile_again


def compile_again(*args: Any, **options: Any) -> Any:  # noqa: ANN401 (as the built-in function)
    """Compile like the built-in function; start again if another thread disturbed it."""
    for _ in range(_ATTEMPTS):
        try:
            return builtins.compile(*args, **options)
        except (SystemError, RecursionError):
            continue
    return builtins.compile(*args, **options)


def _with_parents(command: UpdateUIElementCommand) -> UpdateUIElementCommand:
    """Replace the controls inside dictionaries by the dictionaries, with all that changed."""
    registry = get_context().ui_element_registry
    merged: dict[Any, Any] = {}
    for element, changed in command.ids_and_values:
        try:
            parent, value = registry.resolve_lens(element, changed)
        except (KeyError, RuntimeError):  # gone, or of another app: marimo decides
            parent, value = element, changed
        merged[parent] = _merge(merged[parent], value) if parent in merged else value
    return UpdateUIElementCommand(
        object_ids=list(merged),
        values=list(merged.values()),
        token=command.token,
        request=command.request,
    )


def _merge(first: Any, second: Any) -> Any:  # noqa: ANN401 (values of any control)
    """Merge two changes of one dictionary, which name different controls."""
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return second
    return first | {
        key: _merge(first[key], value) if key in first else value for key, value in second.items()
    }
