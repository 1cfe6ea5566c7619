"""Kill runs at random moments and before changes of the workspace, and compare the final tables.

Usage: `python -m tests.torture.kills [--kills N] [--seed N] [--engine NAME]`, or `make torture`. A
round kills one run, or several that continue each other. Then the run is finished, and its tables
and exports must be those of an undisturbed run. Equal seeds choose equal kills. Runs of the engines
`daft` and `ray` are compared with one of `local`, row by row; start Ray with `ray start --head`.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.command_line import FAST_RECIPE
from tests.torture import one_run
from tests.torture.final_tables import final_tables
from workbench import sample
from workbench.pipeline import doctor
from workbench.recipe import Recipe
from workbench.storage import Workspace

#: Longest time that a run may take, in seconds.
PATIENCE = 300.0


@dataclass(frozen=True)
class Kill:
    """When and whom to kill.

    Args:
        at: Number of the change of the workspace before which the run is killed; 0 for a moment.
        after: Share of the time of an undisturbed run, if it is killed at a moment.
        whom: `group` (all processes), `main`, or `worker` (one that reads members).
        is_late: Whether the run begins after ingest.
    """

    at: int = 0
    after: float = 0.0
    whom: str = "group"
    is_late: bool = False


class Torture:
    """Kills of runs on one dump.

    Args:
        folder: An empty folder to work in.
        seed: Seed of every choice.
        engine: Which engine runs the stages.

    Attributes:
        changes: Changes of the workspace in an undisturbed run; and of one that begins after
            ingest, by `is_late`.
        kills: Kind of kill -> how many runs were killed that way.
        differences: What differed from the undisturbed run, in sentences.
        faults: Remains that `doctor` found after the finished runs, and mended.
    """

    def __init__(self, folder: Path, *, seed: int, engine: str = "local") -> None:
        self.folder = folder
        self.engine = engine
        self.dump = folder / "a.tar"
        self.random = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.differences: list[str] = []
        self.faults: Counter[str] = Counter()
        sample.write(self.dump, lines=1_500)
        empty = Workspace.create(folder / "empty")
        empty.write_text("recipe.toml", FAST_RECIPE)
        assert empty.secret  # Pseudonyms in exports depend on it.
        self.changes: dict[bool, int] = {}
        self.seconds: dict[bool, float] = {}
        self._measure(is_late=False, engine="local")
        self.wanted = self._tables(folder / "undisturbed")
        self._prepare_late(folder / "undisturbed")
        for late in [True] if engine == "local" else [False, True]:
            self._measure(is_late=late, engine=engine)

    def _tables(self, workspace: Path) -> dict[str, str]:
        return final_tables(Workspace(workspace), by_rows=self.engine != "local")

    def _prepare_late(self, finished: Path) -> None:
        """Leave only the result of ingest in a copy of a finished workspace."""
        late = self.folder / "late"
        shutil.copytree(finished, late)
        for path in late.glob("[2-6]_*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in (late / "runs").iterdir():
            if path.name != "ingest.json":
                path.unlink()

    def _measure(self, *, is_late: bool, engine: str) -> None:
        """Run everything without a kill."""
        workspace = self._fresh("undisturbed", is_late=is_late)
        began = time.monotonic()
        process = self._start(workspace, Kill(is_late=is_late), engine=engine)
        assert process.wait(PATIENCE) == 0, (self.folder / "log").read_text()
        self.seconds[is_late] = time.monotonic() - began
        self.changes[is_late] = int((self.folder / "counter").read_text())

    def _fresh(self, name: str, *, is_late: bool) -> Path:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.folder / ("late" if is_late else "empty"), self.folder / name)
        return self.folder / name

    def _start(self, workspace: Path, kill: Kill, *, engine: str) -> subprocess.Popen[bytes]:
        dump = "" if kill.is_late else self.dump
        words = [workspace, dump, engine, str(kill.at), kill.whom, self.folder / "counter"]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.torture.one_run", *words],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def round(self, kills: list[Kill]) -> None:
        """Kill a run at each of some points, finish it, and compare its tables."""
        is_late = kills[0].is_late
        workspace = self._fresh("killed", is_late=is_late)
        killed = [kill for kill in kills if self._kill(kill, workspace)]
        try:
            dump = "" if is_late else str(self.dump)
            one_run.run(str(workspace), dump, engine=self.engine, processes=1)
            tables = self._tables(workspace)
            names = [
                name
                for name in sorted(tables | self.wanted)
                if tables.get(name) != self.wanted.get(name)
            ]
            self.differences += [f"{killed}: {names} differ"] if names else []
            self._check(workspace, killed)
        except Exception as error:
            self.differences.append(f"{killed}: the next run fails: {error!r}")
        shutil.rmtree(workspace)

    def _check(self, workspace: Path, killed: list[Kill]) -> None:
        """Let the doctor look: remains of killed runs may lie around, and nothing else."""
        result = doctor.repair(workspace, Recipe.from_toml(FAST_RECIPE))
        self.faults.update(fault.problem for fault in result.fixed)
        wrong = [fault for fault in (*result.fixed, *result.left) if fault.stage]
        if wrong or result.left:
            self.differences.append(f"{killed}: {[*wrong, *result.left]}")

    def _kill(self, kill: Kill, workspace: Path) -> bool:
        """Start a run and kill it; return whether it was still running."""
        process = self._start(workspace, kill, engine=self.engine)
        if not kill.at:
            time.sleep(kill.after * self.seconds[kill.is_late])
            children = psutil.Process(process.pid).children() if kill.whom == "worker" else []
            if kill.whom == "group":
                os.killpg(process.pid, signal.SIGKILL)
            elif kill.whom == "main":
                process.kill()
            elif children:
                children[0].kill()
        code = process.wait(PATIENCE)
        was_killed = code < 0 or (kill.whom == "worker" and code > 0)
        if was_killed:
            self.kills[f"{kill.whom} {'before a change' if kill.at else 'at a moment'}"] += 1
        return was_killed

    def at_changes(self, most: int, *, is_late: bool) -> None:
        """Kill runs before some or all changes of the workspace, one kill a round."""
        numbers = range(1, self.changes[is_late] + 1)
        for number in sorted(self.random.sample(numbers, min(most, len(numbers)))):
            whom = self.random.choice(["group", "main"])
            self.round([Kill(at=number, whom=whom, is_late=is_late)])

    def at_moments(self, most: int, *, is_late: bool) -> None:
        """Kill runs at random moments, up to four kills a round."""
        kinds = ["group", "main"] if is_late else ["group", "main", "worker"]
        left = most
        while left > 0:
            count = min(left, self.random.randint(1, 4))
            moments = [(self.random.random(), self.random.choice(kinds)) for _ in range(count)]
            self.round([Kill(after=after, whom=name, is_late=is_late) for after, name in moments])
            left -= count

    def summary(self) -> str:
        """Say how many kills were made, and what differed."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kills.items()))
        total = f"{self.kills.total()} kills ({kinds}), {len(self.differences)} differences"
        remains = "".join(
            f"\nmended: {count} x {problem}" for problem, count in self.faults.items()
        )
        return "\n".join([*self.differences, total + remains])


def main() -> None:
    """Torture, and print how many kills were made and what differed."""
    parser = argparse.ArgumentParser(description="Kill runs and compare their final tables.")
    parser.add_argument("--kills", type=int, default=200, help="kills to try")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", choices=["local", "daft", "ray"], default="local")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        torture = Torture(Path(folder), seed=options.seed, engine=options.engine)
        early, late = torture.changes[False], torture.changes[True]
        print(f"{early} changes of the workspace in a run, {late} after ingest", flush=True)
        share = -(-options.kills // 4)
        for is_late in (True, False):
            torture.at_changes(share, is_late=is_late)
            torture.at_moments(share, is_late=is_late)
            print(torture.summary(), flush=True)
    sys.exit(bool(torture.differences))


if __name__ == "__main__":
    main()
