"""All uses of marimo's private names, so that an upgrade of marimo breaks one module only.

`tests/dashboard/session/test_marimo_internals.py` fails if marimo renames one of them, and says
where to look. Three things have no public API:

- Middleware of the server can only be registered by an installed entry point.
- Two changes of one `mo.ui.dictionary` that arrive while a cell runs are one batch, of which marimo
  keeps the last: the first choice would be lost.
- The query parameters cannot follow the browser: every change of them is sent to it.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from marimo._runtime.commands import UpdateUIElementCommand
from marimo._runtime.context import get_context
from marimo._runtime.utils.set_ui_element_request_manager import SetUIElementRequestManager
from starlette.middleware import Middleware


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
