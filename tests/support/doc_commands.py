"""Run the commands that README and the documentation show, as a reader would type them.

- `sh` blocks are run.
- `console` blocks are run, and each line below a command must be part of what it prints; `…` stands
  for anything.
- A `toml` block before "Save this as `NAME`" is saved.
- Commands in `text` blocks and in sentences are not run; tests check that they exist.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.support.command_line import call
from tests.support.paths import ROOT

README = ROOT / "README.md"
PAGES = ROOT / "docs" / "pages"

#: Language, content, and the name to save it under.
_BLOCK = re.compile(
    r"^```(\w+)\n(.*?)^```\n(?:\nSave this as `([\w.]+)`)?", re.DOTALL | re.MULTILINE
)


def blocks(text: str, language: str) -> list[str]:
    """Return the blocks of a language."""
    return [block for name, block, _ in _BLOCK.findall(text) if name == language]


def run_page(text: str) -> int:
    """Run the commands of a page in the current folder, in order, and return how many ran."""
    count = 0
    for language, block, file in _BLOCK.findall(text):
        if language == "toml" and file:
            Path(file).write_text(block)
        for command, expected in _commands(block) if language in ("sh", "console") else ():
            count += 1
            output = _run(command)
            for line in expected:
                for part in line.split("…"):
                    assert _words(part) in _words(output), f"{command}: no {line!r} in\n{output}"
    return count


def _commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the commands of a block, each with the lines below it that it must print."""
    lines = block.splitlines()
    is_console = any(line.startswith("$ ") for line in lines)
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ") or not is_console]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start].removeprefix("$ "), lines[start + 1 : end]


def _run(command: str) -> str:
    words = shlex.split(command, comments=True)
    if not words or words[0] == "make":
        return ""
    program, *arguments = words
    assert program == "workbench", command
    if arguments[0] == "sample" and Path(arguments[1]).exists():
        return ""  # another page has written it
    target = arguments[-1] if ">" in arguments else None
    code, output = call(*(arguments[:-2] if target else arguments))
    assert code == 0, f"{command}\n{output}"
    if target:
        Path(target).write_text(output)
    return output


def _words(text: str) -> str:
    return " ".join(text.split())
