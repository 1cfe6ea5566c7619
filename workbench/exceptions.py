"""Exceptions: what can go wrong, each with a hint that says what to do."""


class WorkbenchError(Exception):
    """Base of every error that the workbench raises on purpose.

    Args:
        problem: What is wrong, with numbers and names.
        hint: What the person can do about it.
    """

    def __init__(self, problem: str, *, hint: str) -> None:
        super().__init__(f"{problem}\n\nHint: {hint}")
        self.problem = problem
        self.hint = hint


class ArchiveError(WorkbenchError):
    """A dump that cannot be opened or holds nothing to read."""


class RecipeError(WorkbenchError):
    """A recipe with an unknown, missing or impossible setting."""


class WorkspaceError(WorkbenchError):
    """A workspace that is missing, damaged, in use or of another format."""


class StageError(WorkbenchError):
    """A stage that cannot run on what it was given."""


class InstructionError(WorkbenchError):
    """A file of known instructions that cannot be read or holds none."""


class ExportError(WorkbenchError):
    """An export pack that cannot be written, read or verified."""


class ApiError(WorkbenchError):
    """The official API refuses, cannot be reached, or needs something that is not there."""


class ModelError(WorkbenchError):
    """A trained model that is missing, damaged, or does not fit the vectors."""


class LabelError(WorkbenchError):
    """A file of labels that cannot be read, or a label that is not known."""
