"""Repeat the workspace of a command in the commands that its messages suggest.

Somebody who typed `-w july` gets a suggestion that works as it stands: `workbench run -w july`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.text import Text

#: Workspace to add to suggestions; None to add none.
_workspace: ContextVar[str | None] = ContextVar("workspace", default=None)

#: Commands with the option `-w`, by their words after `workbench`.
_with_workspace: set[str] = set()

_SUGGESTION = re.compile("`workbench ([a-z][^`]*)`")
_HAS_WORKSPACE = re.compile(r"(^| )(-w|--workspace)\b")


def register(name: str) -> None:
    """Note that a command has the option `-w`.

    Args:
        name: Its words after `workbench`, for example `labels list`.
    """
    _with_workspace.add(name)


@contextmanager
def repeating(workspace: str | None) -> Iterator[None]:
    """Add this workspace to the suggestions made in the meantime; None adds nothing."""
    token = _workspace.set(workspace)
    try:
        yield
    finally:
        _workspace.reset(token)


def current() -> str | None:
    """Return the workspace that `repeat` adds now."""
    return _workspace.get()


def repeat(text: str) -> str:
    """Add the workspace to every command in backticks that has the option `-w` and lacks it.

    Examples:
        >>> register("run")
        >>> with repeating("my july"):
        ...     repeat("`workbench run` brings them up to date, see `workbench formats`.")
        "`workbench run -w 'my july'` brings them up to date, see `workbench formats`."
    """
    workspace = _workspace.get()
    if workspace is None:
        return text
    import shlex

    from workbench.text import sanitize

    option = f" -w {sanitize.visible(shlex.quote(workspace))}"

    def complete(match: re.Match[str]) -> str:
        words = match[1].split()
        is_known = words[0] in _with_workspace or " ".join(words[:2]) in _with_workspace
        if not is_known or _HAS_WORKSPACE.search(match[1]):
            return match[0]
        return f"`workbench {match[1]}{option}`"

    return _SUGGESTION.sub(complete, text)


def text(sentence: str, *, style: str = "") -> Text:
    """Return a sentence with suggestions for a report.

    It is not wrapped, so that a suggestion can be copied from the terminal, see
    `output.print_report`.
    """
    return Text(repeat(sentence), style=style, no_wrap=True, overflow="ignore")
