"""Keep the list of threads and turns that people kept or dropped by hand.

The list is the file `by_hand.csv` of a workspace: `what` (`thread` or `turn`), `id`, `decision`
(`keep` or `drop`) and `note`. It is a plain file, sorted by id, so it can be edited and versioned.
No run of a stage changes it, but deleted tweets are erased from it.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import polars as pl

from workbench.exceptions import StageError
from workbench.selection import by_hand
from workbench.selection.by_hand import SCHEMA, Decision, What
from workbench.storage import Workspace, atomic, locks

FILE = "by_hand.csv"

#: Most characters of a note.
LONGEST = 500

#: Seconds to wait for somebody else who changes the list, which takes a moment.
_PATIENCE = 30.0


def path_of(workspace: Workspace) -> Path:
    """Return the path of the list, whether it exists or not."""
    return workspace.root / FILE


def load(workspace: Workspace) -> pl.DataFrame:
    """Read the decisions of a workspace, by kind and id; see `by_hand.SCHEMA`.

    Raises:
        StageError: If the file cannot be read, or a line of it is no decision.
    """
    path = path_of(workspace)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return by_hand.nothing()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}."
        raise StageError(msg, hint="repair or delete the file.") from error
    return _parse(text, path)


def _parse(text: str, path: Path) -> pl.DataFrame:
    reader = csv.DictReader(io.StringIO(text))
    if missing := {"what", "id", "decision"} - set(reader.fieldnames or ()):
        msg = f"{path} lacks the column {', '.join(sorted(missing))}."
        raise StageError(msg, hint=f"its first line must be `{','.join(SCHEMA)}`.")
    rows: dict[tuple[str, int], tuple[str, str]] = {}
    for row in reader:
        values = {name: (row.get(name) or "").strip() for name in SCHEMA}
        if problem := _problem(values):
            msg = f"Line {reader.line_num} of {path} is no decision: {problem}."
            raise StageError(msg, hint="write lines like `thread,1147123456789012480,keep,a note`.")
        key = values["what"], int(values["id"])
        if rows.get(key, (values["decision"],))[0] != values["decision"]:
            msg = (
                f"Line {reader.line_num} of {path} both keeps and drops {' '.join(map(str, key))}."
            )
            raise StageError(msg, hint="delete one of the two lines.")
        rows[key] = values["decision"], values["note"]
    return _frame(rows)


def _problem(values: dict[str, str]) -> str:
    """Say what is wrong with a line; empty if nothing is."""
    if values["what"] not in get_args(What):
        return f"`{values['what'][:40]}` is not thread or turn"
    if values["decision"] not in get_args(Decision):
        return f"`{values['decision'][:40]}` is not keep or drop"
    if not (values["id"].isascii() and values["id"].removeprefix("-").isdigit()):
        return f"`{values['id'][:40]}` is not an id"
    return "" if abs(int(values["id"])) < 2**63 else f"the id {values['id'][:40]} is too large"


def _frame(rows: dict[tuple[str, int], tuple[str, str]]) -> pl.DataFrame:
    values = [(what, number, *rest) for (what, number), rest in sorted(rows.items())]
    return pl.DataFrame(values, schema=SCHEMA, orient="row")


def decide(
    workspace: Workspace, ids: Iterable[int], *, what: What, decision: Decision, note: str = ""
) -> int:
    """Keep or drop threads or turns by hand; a later decision replaces an earlier one.

    Args:
        workspace: Workspace with the list.
        ids: Ids of threads, or of tweets.
        what: What the ids stand for.
        decision: What to do with them.
        note: Why; one line. Without one, the same decision keeps its note, and another drops it.

    Returns:
        Number of decisions that are new or different.

    Raises:
        StageError: If the list is damaged.
    """
    text = " ".join(note.split())[:LONGEST]
    new = {(what, number): (str(decision), text) for number in ids}
    with _locked(workspace):
        before = _rows(load(workspace))
        new = {
            key: before[key] if not text and before.get(key, ("",))[0] == decision else value
            for key, value in new.items()
        }
        _write(workspace, before | new)
    return sum(before.get(key) != value for key, value in new.items())


def take_back(workspace: Workspace, ids: Iterable[int], *, what: What) -> int:
    """Remove decisions on threads or turns from the list and return how many there were."""
    taken = {(what, number) for number in ids}
    with _locked(workspace):
        before = _rows(load(workspace))
        after = {key: value for key, value in before.items() if key not in taken}
        if len(after) < len(before):
            _write(workspace, after)
    return len(before) - len(after)


def forget_deleted(workspace: Workspace) -> int:
    """Erase the decisions on deleted tweets with their notes and return how many there were."""
    if not path_of(workspace).exists():
        return 0
    with _locked(workspace):
        before = load(workspace)
        after = workspace.without_deleted(before, ids=("id",))
        if after.height < before.height:
            _write(workspace, _rows(after))
    return before.height - after.height


def digest(decisions: pl.DataFrame, what: What) -> str:
    """Hash the decisions on threads or on turns without their notes; empty if there are none."""
    chosen = decisions.filter(what=what).sort("id")
    if chosen.is_empty():
        return ""
    lines = "\n".join(f"{row[0]} {row[1]}" for row in chosen.select("id", "decision").iter_rows())
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def fingerprint(workspace: Workspace, what: What) -> str:
    """Hash the decisions of a workspace, see `digest`; of a damaged list, hash the file."""
    try:
        return digest(load(workspace), what)
    except StageError:
        return hashlib.sha256(path_of(workspace).read_bytes()).hexdigest()[:16]


def _rows(decisions: pl.DataFrame) -> dict[tuple[str, int], tuple[str, str]]:
    return {(row[0], row[1]): (row[2], row[3]) for row in decisions.iter_rows()}


def _write(workspace: Workspace, rows: dict[tuple[str, int], tuple[str, str]]) -> None:
    """Write the list, or delete its file if it is empty."""
    if not rows:
        path_of(workspace).unlink(missing_ok=True)
        workspace.offer()
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SCHEMA)
    writer.writerows(_frame(rows).iter_rows())
    atomic.write_text(path_of(workspace), text.getvalue())
    workspace.offer()


@contextmanager
def _locked(workspace: Workspace) -> Iterator[None]:
    """Wait until nobody else changes the list; a stage may hold the workspace's lock for hours."""
    what = f"the list of decisions by hand of {workspace.root}"
    path = workspace.root / ".by_hand.lock"
    with locks.exclusive(path, what=what, patience=_PATIENCE):
        yield
