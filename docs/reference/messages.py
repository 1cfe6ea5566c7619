"""List every error with its hint, from the source of the package.

An error is raised as `raise SomeError(msg, hint=...)`; what varies in a message becomes `…`.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import workbench
from docs.reference import markdown

PACKAGE = Path(workbench.__file__).parent


class Message(NamedTuple):
    """An error message.

    Args:
        problem: What is wrong, with `…` for what varies.
        hint: What to do.
        module: Path of the module that raises it, below the package.
    """

    problem: str
    hint: str
    module: str


def page() -> str:
    """Return the page of all messages, by package."""
    parts = [
        "Every error says what happened and what to do. This page lists them, so that you can "
        "search for one; `…` stands for names and numbers. It leaves out what the operating system "
        "reports, like a full disk, and wrong settings of a recipe, which name the key and what it "
        "allows. [Troubleshooting](../troubleshooting.md) explains the most frequent errors."
    ]
    messages = every()
    for package in sorted({message.module.split("/")[0] for message in messages}):
        rows = sorted(
            {
                (markdown.text(message.problem), markdown.text(message.hint))
                for message in messages
                if message.module.split("/")[0] == package
            }
        )
        parts += [f"## {package.removesuffix('.py')}", markdown.table(["error", "hint"], rows)]
    return markdown.page("Error messages", *parts)


@cache
def every() -> tuple[Message, ...]:
    """Return every error that the package raises with a hint of its own."""
    return tuple(
        Message(_one_line(problem), _one_line(hint), path.relative_to(PACKAGE).as_posix())
        for path in sorted(PACKAGE.rglob("*.py"))
        for problem, hint in _raised(ast.parse(path.read_text(encoding="utf-8")))
        if problem.strip("… :.")
    )


def _one_line(text: str) -> str:
    """Return a text on one line, with one `…` where several values meet."""
    return re.sub(r"…[… ]*…", "…", " ".join(text.split()))


def _raised(tree: ast.Module) -> Iterator[tuple[str, str]]:
    constants = _assigned(tree.body)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        statements = sorted(
            (node for node in ast.walk(function) if isinstance(node, ast.stmt)),
            key=lambda node: (node.lineno, node.col_offset),
        )
        names = dict(constants)
        for node in statements:
            names |= _assigned([node])
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                before = names.get(node.target.id, node.value)
                names[node.target.id] = ast.BinOp(before, ast.Add(), node.value)
            call = getattr(node, "exc", None) or getattr(node, "value", None)
            if not isinstance(node, ast.Raise | ast.Return) or not isinstance(call, ast.Call):
                continue
            hint = next((word.value for word in call.keywords if word.arg == "hint"), None)
            if hint is not None and call.args:
                yield _words(call.args[0], names), _words(hint, names)


def _assigned(statements: list[ast.stmt]) -> dict[str, ast.expr]:
    return {
        node.targets[0].id: node.value
        for node in statements
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _words(node: ast.expr, names: dict[str, ast.expr]) -> str:
    """Return a text with `…` for what is not known before it is raised."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_words(part, {}) for part in parts)
        case ast.Name(id=name) if name in names:
            return _words(names[name], {key: each for key, each in names.items() if key != name})
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _words(left, names) + _words(right, names)
    return "…"
