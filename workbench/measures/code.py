"""Load the Python files and packages in which a recipe names measures.

Loading runs their code. Only the stage `score`, the check of a recipe before a run and `workbench
scores add` do that, for names in the person's own recipe or on the command line.
"""

import hashlib
import linecache
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from workbench.exceptions import MeasureError, WorkbenchError
from workbench.measures.decorators import CodeMeasure, Scorer

#: Group of entry points with which an installed package offers measures. Each names a module with
#: decorated functions, or one such function.
ENTRY_POINTS = "workbench.measures"


@dataclass(frozen=True)
class Code:
    """The measures of one file or package.

    Args:
        name: Name of the file or of the entry point.
        sha256: Hash of the file, or of the version and the module of the package.
        measures: The decorated functions, in their order.
    """

    name: str
    sha256: str
    measures: tuple[CodeMeasure, ...]


def load(name: str, *, folder: Path) -> Code:
    """Run a file or import a package, and collect its measures.

    Args:
        name: A file of the folder, like `polite.py`, or an entry point of an installed package.
        folder: Folder with the files of code of a workspace.

    Raises:
        MeasureError: If it is missing, fails, or has no measure. The error names file and line.
    """
    if name.endswith(".py"):
        path = folder / name
        check_inside(name, folder=folder)
        if not path.is_file():
            msg = f"The workspace has no file of code `{name}`."
            hint = f"`workbench scores add {name}` puts it there."
            raise MeasureError(msg, hint=hint)
        return from_file(path)
    point = _entry_point(name)
    loaded = guarded(point.load, what=f"the package of `{name}`", file=None)
    return Code(name, hash_of(name, folder=folder), _measures_of(loaded, name))


def check_inside(name: str, *, folder: Path) -> None:
    """Check that a file of code is in its folder, and not a link that leads elsewhere.

    Args:
        name: A file of code, or an entry point, which is in no folder.
        folder: Folder with the files of code of a workspace.

    Raises:
        MeasureError: If it is a link out of the folder, or the folder one out of the workspace.
    """
    inside = folder.parent.resolve() / folder.name
    if name.endswith(".py") and not (folder / name).resolve().is_relative_to(inside):
        msg = f"`{name}` is a link to a file outside the folder {folder}. No code was run."
        hint = f"read that file, delete the link, then copy it: `workbench scores add {name}`."
        raise MeasureError(msg, hint=hint)


def from_file(path: Path) -> Code:
    """Run a file of Python code, and collect its measures.

    Raises:
        MeasureError: If it cannot be read, fails, or has no measure.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise MeasureError(msg, hint="name a file of Python code.") from error
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    linecache.checkcache(str(path))

    def run() -> None:
        exec(compile(source, str(path), "exec"), module.__dict__)

    guarded(run, what=path.name, file=path)
    return Code(path.name, hashlib.sha256(source).hexdigest(), _measures_of(module, path.name))


def hash_of(name: str, *, folder: Path) -> str:
    """Hash a file of code, or the version and the module of a package, without running it.

    Returns:
        Empty if it is missing.
    """
    if name.endswith(".py"):
        path = folder / name
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    points = metadata.entry_points(group=ENTRY_POINTS, name=name)
    digest = hashlib.sha256()
    for point in points:
        digest.update(f"{point.value} {point.dist.version if point.dist else ''}".encode())
        for path in _files_of(point):
            digest.update(path.read_bytes())
    return digest.hexdigest() if points else ""


def _entry_point(name: str) -> metadata.EntryPoint:
    points = metadata.entry_points(group=ENTRY_POINTS)
    if name not in points.names:
        known = ", ".join(sorted(points.names)) or "none"
        msg = f"No installed package offers measures called `{name}`."
        hint = f"there are: {known}. A file of code needs its ending: `{name}.py`."
        raise MeasureError(msg, hint=hint)
    return points[name]


def _files_of(point: metadata.EntryPoint) -> list[Path]:
    """Return the file of the module that an entry point names, if it can be found."""
    if point.dist is None:
        return []
    place = point.module.replace(".", "/")
    candidates = [point.dist.locate_file(f"{place}{end}") for end in (".py", "/__init__.py")]
    return [path for path in map(Path, map(str, candidates)) if path.is_file()]


def _measures_of(loaded: Any, name: str) -> tuple[CodeMeasure, ...]:  # noqa: ANN401 (user code)
    """Collect the decorated functions of a module, or return the one that was loaded."""
    values = [loaded] if isinstance(loaded, CodeMeasure) else list(vars(loaded).values())
    measures = tuple(dict.fromkeys(each for each in values if isinstance(each, CodeMeasure)))
    if not measures:
        msg = f"`{name}` has no measure."
        raise MeasureError(
            msg, hint="write `@workbench.scorer` or `@workbench.rule` above a `def`."
        )
    return measures


def guarded(call: Callable[[], Any], *, what: str, file: Path | None) -> Any:  # noqa: ANN401
    """Call code of somebody else; turn its errors into one that names file and line.

    Args:
        call: What to call.
        what: What it is, for the error.
        file: File of the code, if it is known.

    Raises:
        MeasureError: If the call raises anything but an interruption.
    """
    try:
        return call()
    except WorkbenchError as error:
        msg = f"{what}: {error.problem}"
        raise MeasureError(msg, hint=error.hint) from error
    except (Exception, SystemExit) as error:
        msg = f"{_place(error, what=what, file=file)}: {type(error).__name__}: {error}"
        hint = "correct the code, then run the same command again. Nothing was written."
        raise MeasureError(msg, hint=hint) from error


def file_of(measure: CodeMeasure) -> Path | None:
    """Return the file in which a measure is written, if its function tells."""
    code = getattr(measure.function, "__code__", None)
    return Path(code.co_filename) if code else None


def place_of(measure: CodeMeasure) -> str:
    """Name a measure with the file and the line of its function."""
    code = getattr(measure.function, "__code__", None)
    kind = "@scorer" if isinstance(measure, Scorer) else "@rule"
    if code is None:
        return f"{kind} `{measure.name}`"
    return f"{kind} `{measure.name}` ({Path(code.co_filename).name}, line {code.co_firstlineno})"


def _place(error: BaseException, *, what: str, file: Path | None) -> str:
    """Name the last line of a file that led to an error."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if file is not None and frame.filename == str(file)]
    if own:
        return f"{Path(own[-1].filename).name}, line {own[-1].lineno}, in {own[-1].name}"
    return what
