"""Report what is wrong with a workspace, as text and as JSON."""

from pathlib import Path
from typing import Any

from rich.text import Text

from workbench.cli import hints
from workbench.pipeline import run_summary
from workbench.pipeline.doctor import Fault, Repair
from workbench.text import sanitize


def text(root: Path, result: Repair, *, note: str = "") -> Text:
    """Show what was mended, what is still wrong, and what to do about it."""
    lines = Text()
    for fault in result.fixed:
        lines.append("mended  ", style="green")
        lines.append(f"{_place(root, fault)} {_plain(fault.problem)}\n")
    for run in result.runs:
        lines.append(f"{run.stage:<8}", style="bold")
        lines.append(f"{_plain(run_summary.one_line(run))}\n")
    for fault in result.left:
        lines.append("fault   ", style="bold red")
        lines.append(f"{_place(root, fault)} {_plain(fault.problem)}\n")
        lines.append(f"        {_sentence(hints.repeat(_plain(fault.advice)))}\n")
    if note:
        lines.append(f"{hints.repeat(_plain(note))}\n")
    lines.append(_end(result, note))
    return lines


def _end(result: Repair, note: str) -> str:
    if not result.left:
        return "Everything that was checked is sound." if note else "The workspace is sound."
    safe = sum(fault.is_safe for fault in result.left)
    count = f"{len(result.left):,} {'fault' if len(result.left) == 1 else 'faults'}"
    if not safe:
        return f"{count}, which only you can mend."
    return hints.repeat(f"{count}; `workbench doctor --fix` mends {safe:,} of them.")


def record(root: Path, result: Repair, *, note: str = "") -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "workspace": str(root),
        "sound": not result.left,
        "note": note,
        "faults": [_row(root, fault) for fault in result.left],
        "mended": [_row(root, fault) for fault in result.fixed],
        "stages_run": [run.stage for run in result.runs],
    }


def _row(root: Path, fault: Fault) -> dict[str, Any]:
    return {
        "path": _place(root, fault),
        "problem": fault.problem,
        "advice": fault.advice,
        "is_safe_to_mend": fault.is_safe,
        "stage": fault.stage or None,
    }


def _place(root: Path, fault: Fault) -> str:
    is_inside = fault.path.is_relative_to(root) and fault.path != root
    return sanitize.visible(str(fault.path.relative_to(root) if is_inside else fault.path))


def _plain(text: str) -> str:
    return sanitize.visible(text)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
