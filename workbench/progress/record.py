"""The progress file: what one process reports and others read."""

from pathlib import Path

import msgspec

from workbench import environment

#: Environment variable that names another file than `FILE`.
VARIABLE = environment.PROGRESS

#: File in a workspace to which a command writes its progress by default.
FILE = "runs/progress"


class Step(msgspec.Struct, frozen=True):
    """A step of a task, and how much of it is done.

    Args:
        name: What is done, in words.
        done: Units done.
        total: All units; 0 if the step is not counted.
        unit: Name of the units, in the plural.
    """

    name: str
    done: int = 0
    total: int = 0
    unit: str = ""


class ProgressRecord(msgspec.Struct, frozen=True):
    """Content of the progress file.

    Args:
        stage: Name of the stage.
        done: Units done.
        total: All units; 0 if their number is not known.
        began_at: Start of the stage, in seconds since 1970, UTC.
        reported_at: Time of this record, in seconds since 1970, UTC.
        number: Place of the stage in the job, from 1; 0 if the job is this stage only.
        stages: Number of stages of the job.
        doing: What the stage does before it can count units, like loading a model; else empty.
        rate: Units per second, of late; None if unknown.
        stage_left: Seconds that the stage still takes; None if unknown.
        left: Seconds that the whole job still takes; None if unknown.
        step: Step of the stage that is running; None if it has no named steps.
    """

    stage: str
    done: int
    total: int
    began_at: float
    reported_at: float
    number: int = 0
    stages: int = 0
    doing: str = ""
    rate: float | None = None
    stage_left: float | None = None
    left: float | None = None
    step: Step | None = None

    @property
    def share(self) -> float | None:
        """Share of the units done, 0 to 1; None if unknown."""
        return min(self.done / self.total, 1.0) if self.total > 0 else None

    def seconds_left(self, now: float) -> float | None:
        """Return how long the whole job still takes; None if unknown.

        Examples:
            >>> record = ProgressRecord("embed", 25, 100, 0.0, reported_at=10.0, left=30.0)
            >>> record.seconds_left(12.0)
            28.0
        """
        return None if self.left is None else max(self.left - (now - self.reported_at), 0.0)


def from_file(path: Path) -> ProgressRecord | None:
    """Read the last record that a `Reporter` wrote; return None if there is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ProgressRecord)
    except (OSError, msgspec.DecodeError):
        return None
