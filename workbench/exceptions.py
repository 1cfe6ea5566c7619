"""Define what can go wrong. Every error carries a hint that says what to do."""


class WorkbenchError(Exception):
    """Base of every error that the workbench raises on purpose.

    Args:
        problem: What is wrong, with numbers and names.
        hint: What the user can do about it.
    """

    def __init__(self, problem: str, *, hint: str) -> None:
        super().__init__(f"{problem}\n\nHint: {hint}")
        self.problem = problem
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Pass both texts from one process to another."""
        return _restored, (type(self), self.problem, self.hint)


def _restored(kind: type[WorkbenchError], problem: str, hint: str) -> WorkbenchError:
    return kind(problem, hint=hint)


class ArchiveError(WorkbenchError):
    """A dump cannot be opened or contains nothing to read."""


class RemoteError(WorkbenchError):
    """A bucket, repository or web server cannot be reached or used."""


class BrokenFileError(RemoteError):
    """One remote file is missing, breaks off or changes while it is read."""


class RecipeError(WorkbenchError):
    """A recipe has an unknown, missing or impossible setting."""


class WorkspaceError(WorkbenchError):
    """A workspace is missing, damaged, in use or of another format."""


class StageError(WorkbenchError):
    """A stage cannot run on its input."""


class InstructionError(WorkbenchError):
    """A file of known instructions cannot be read or is empty."""


class ExportError(WorkbenchError):
    """An export cannot be written, read or verified."""


class ApiError(WorkbenchError):
    """The official API refuses, cannot be reached, or lacks a token or package."""


class ModelError(WorkbenchError):
    """A trained model is missing, damaged, or does not fit the vectors."""


class LabelError(WorkbenchError):
    """A file of labels cannot be read, or a label is unknown."""


class MeasureError(WorkbenchError):
    """A file of scores or a function with a measure of one's own is wrong."""
