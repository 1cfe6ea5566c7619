"""Report the progress of a command, stage after stage."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import msgspec

from workbench.progress.estimate import Estimate
from workbench.progress.record import ProgressRecord, Step
from workbench.storage import atomic

#: Called with the units done and all units (0 if their number is not known yet).
OnProgress = Callable[[int, int], None]

#: Called with the step that has begun, or goes on.
OnStep = Callable[[Step], None]

#: Shortest time between two records, in seconds.
PAUSE = 0.3

#: The stage that reports in this thread; None outside of `Reporter.stage`.
_running: ContextVar["_Stage | None"] = ContextVar("running", default=None)


def silent(done: int, total: int) -> None:
    """Ignore the progress; the default of every stage."""


def silent_step(step: Step) -> None:
    """Ignore the steps; the default of every task with steps."""


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Report what goes on while no units can be counted; outside of a `Reporter` do nothing.

    Args:
        what: Words for people, like `Loading the model x (90 MB)`.
    """
    stage = _running.get()
    if stage is None:
        yield
        return
    before = stage.doing
    stage.say(what)
    try:
        yield
    finally:
        stage.say(before)


def _unknown(stage: str) -> float | None:
    return None


class Reporter:
    """The progress of one command.

    Args:
        path: File to write; None to write nothing.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.stages: Sequence[str] = ()
        self.estimate = Estimate()
        self._expected: Callable[[str], float | None] = _unknown

    def plan(
        self, stages: Sequence[str], *, expected: Callable[[str], float | None] = _unknown
    ) -> None:
        """Announce the stages of the job.

        Args:
            stages: Their names, in order. A stage that turns out to be up to date may be left out.
            expected: Returns the seconds that a stage will take, None if unknown. It is asked
                again when a stage begins, because more is known then.
        """
        self.stages, self._expected = stages, expected

    @contextmanager
    def stage(
        self, name: str, *, show: Callable[[ProgressRecord], None] | None = None
    ) -> Iterator[OnProgress]:
        """Report a stage while it runs; yield the callback for its progress.

        The first record is reported at once, then at most one every `PAUSE` seconds. If the file
        cannot be written, the stage goes on.

        Args:
            name: Name of the stage.
            show: Called with each record.
        """
        with self._stage(name, show) as stage:
            yield stage.count

    @contextmanager
    def steps(
        self, name: str, *, show: Callable[[ProgressRecord], None] | None = None
    ) -> Iterator[OnStep]:
        """Report a task with named steps, each new step at once; see `stage`.

        No time left is estimated for the whole task, because each step takes another time.
        """
        with self._stage(name, show) as stage:
            yield stage.step

    @contextmanager
    def _stage(
        self, name: str, show: Callable[[ProgressRecord], None] | None
    ) -> Iterator["_Stage"]:
        number = self.stages.index(name) + 1 if name in self.stages else 0
        self.estimate.begin(later=self._later(number))
        stage = _Stage(self, name, number=number, show=show)
        stage.report()
        token = _running.set(stage)
        try:
            yield stage
        finally:
            _running.reset(token)

    def _later(self, number: int) -> float | None:
        """Return the seconds that the stages after a stage will take; None if unknown."""
        if not number:
            return 0.0
        expected = [self._expected(name) for name in self.stages[number:]]
        known = [seconds for seconds in expected if seconds is not None]
        return sum(known) if len(known) == len(expected) else None


class _Stage:
    """One stage of a `Reporter`, see `Reporter.stage`."""

    def __init__(
        self,
        reporter: Reporter,
        name: str,
        *,
        number: int,
        show: Callable[[ProgressRecord], None] | None,
    ) -> None:
        self.doing = ""
        self._step: Step | None = None
        self._reporter, self._name, self._number, self._show = reporter, name, number, show
        self._began = time.time()
        self._last = 0.0
        self._done = self._total = 0

    def count(self, done: int, total: int) -> None:
        """Report the units done."""
        self._done, self._total = int(done), int(total)
        if time.time() - self._last >= PAUSE:
            self.report()

    def step(self, step: Step) -> None:
        """Report the step that has begun, or goes on."""
        is_new = self._step is None or step.name != self._step.name
        self._step = step
        if is_new:
            self._reporter.estimate.begin(later=None)
            self._last = 0.0
        self.count(step.done, step.total)

    def say(self, what: str) -> None:
        """Report what the stage does; empty if it counts units again."""
        self.doing = what
        self._reporter.estimate.interrupt()
        self.report()

    def report(self) -> None:
        """Report everything now."""
        now = self._last = time.time()
        estimate = self._reporter.estimate
        if not self.doing:
            estimate.add(self._done, self._total, now)
        record = ProgressRecord(
            self._name,
            self._done,
            self._total,
            self._began,
            now,
            number=self._number,
            stages=len(self._reporter.stages),
            doing=self.doing,
            rate=estimate.rate,
            stage_left=estimate.stage_left(now),
            left=estimate.left(now),
            step=self._step,
        )
        if self._show:
            self._show(record)
        if self._reporter.path:
            with suppress(OSError):
                text = msgspec.json.encode(record).decode()
                atomic.write_text(self._reporter.path, text)
