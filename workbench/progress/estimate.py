"""Estimate the rate of a stage and the time that a job still takes, without jumps."""

import math
from collections import deque

#: Seconds over which a rate is measured, if the units come often enough.
WINDOW = 12.0

#: No rate is known before this many seconds with progress.
SETTLED = 3.0

#: Longest time, in seconds, in which an estimate follows a change.
SLOWEST = 8.0


class Estimate:
    """The rate of the running stage, and the seconds left of the stage and of the whole job.

    All of them are None until enough has been measured. The estimated end moves towards what was
    measured last by a share that depends on the time since, so a short burst hardly moves it.
    """

    def __init__(self) -> None:
        self.rate: float | None = None
        self._later: float | None = None
        self._samples: deque[tuple[float, int]] = deque()
        self._stage_end, self._job_end = _Smoothed(), _Smoothed()

    def begin(self, *, later: float | None) -> None:
        """Begin a stage.

        Args:
            later: Seconds that the stages after it will take; None if unknown.
        """
        self._later = later
        self._stage_end = _Smoothed()
        self.interrupt()

    def interrupt(self) -> None:
        """Forget the rate, because the stage did something else, like loading a model."""
        self._samples.clear()
        self.rate = None

    def add(self, done: int, total: int, now: float) -> None:
        """Take note of the units done until now, in seconds of any clock."""
        samples = self._samples
        if not samples or done != samples[-1][1]:
            samples.append((now, done))
        while len(samples) > 3 and now - samples[1][0] > WINDOW:
            samples.popleft()
        units = done - samples[0][1]
        # Waiting for the next large step is no slowdown before it takes longer than usual.
        waited = (now - samples[0][0]) * (len(samples) - 1) / len(samples)
        seconds = max(samples[-1][0] - samples[0][0], waited)
        if len(samples) < 3 or seconds < SETTLED or units <= 0:
            return
        self.rate = units / seconds
        if total > 0:
            stage_end = now + max(total - done, 0) / self.rate
            self._stage_end.move(stage_end, now)
            if self._later is not None:
                self._job_end.move(stage_end + self._later, now)

    def stage_left(self, now: float) -> float | None:
        """Return the seconds that the stage still takes; None if unknown."""
        return self._stage_end.after(now)

    def left(self, now: float) -> float | None:
        """Return the seconds that the job still takes; None if unknown."""
        return None if self._later is None else self._job_end.after(now)


class _Smoothed:
    """A point in time that follows its estimates slowly."""

    def __init__(self) -> None:
        self._value: float | None = None
        self._moved_at = 0.0

    def move(self, target: float, now: float) -> None:
        if self._value is None:
            self._value = target
        else:
            # The nearer the end, the faster: the last seconds should be right.
            inertia = min(max((target - now) / 4, 1.0), SLOWEST)
            weight = 1 - math.exp(-(now - self._moved_at) / inertia)
            self._value += weight * (target - self._value)
        self._moved_at = now

    def after(self, now: float) -> float | None:
        return None if self._value is None else max(self._value - now, 0.0)
