"""Let many people read the dashboards for minutes; print the errors and the memory of the server.

Usage: `python -m tests.torture.soak [--minutes N] [--people N] [--workspace FOLDER]`. Each person
opens a page, waits until all of its cells have run, reads for some seconds, and opens another one.
Without a folder, the workspace has 20,000 made-up threads. Nobody clicks; tests do.
"""

import argparse
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
from websockets.sync.client import connect

from tests.support import browser as browsers
from tests.support import fakes
from tests.support.paths import APPS

#: What a failed cell sends, and the end of a run of all cells.
FAILED = re.compile(
    r'Traceback \(most recent call last\)|"type": ?"(?:exception|internal|syntax|unknown)"'
)
RUN_ENDS = '"op": "completed-run"'

#: Longest wait for a page, in seconds; and the longest time that somebody reads it.
PATIENCE, READING = 120, 10

#: Bounds of the server's memory in MiB: in all, and from the first half to the end.
MOST, MOST_GROWTH = 2_000, 300


class Soak:
    """People who read pages.

    Args:
        address: Address of the server.
        ends: When they stop, on the monotonic clock.
    """

    def __init__(self, address: str, *, ends: float) -> None:
        self._address = address
        self._ends = ends
        self._pages = sorted(path.name for path in APPS.glob("*.py"))
        self.visits: Counter[str] = Counter()
        self.errors: list[str] = []

    def person(self, number: int) -> None:
        """Open one page after the other until the end."""
        chance = random.Random(number)
        while time.monotonic() < self._ends:
            page = chance.choice(self._pages)
            try:
                self._visit(page, chance)
                self.visits[page] += 1
            except Exception as error:
                self.errors.append(f"{page}: {error!r}")

    def _visit(self, page: str, chance: random.Random) -> None:
        session = f"s_{chance.getrandbits(30):06x}"
        place = self._address.replace("http", "ws", 1)
        address = f"{place}/ws?session_id={session}&file={page}"
        options = {"open_timeout": PATIENCE, "close_timeout": PATIENCE}
        # Browsers do not ping either.
        with connect(address, **options, max_size=None, ping_interval=None) as socket:
            while RUN_ENDS not in (message := str(socket.recv(timeout=PATIENCE))):
                if FAILED.search(message):
                    self.errors.append(f"{page}: {message[:500]}")
            self._read(page, socket.recv, until=time.monotonic() + chance.uniform(1, READING))

    def _read(self, page, receive, *, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            try:
                message = str(receive(timeout=left))
            except TimeoutError:
                return
            if FAILED.search(message):
                self.errors.append(f"{page}: {message[:500]}")


def memory_of(server: psutil.Process) -> int:
    """Return the memory of the server and its children, in MiB."""
    processes = [server, *server.children(recursive=True)]
    return sum(each.memory_info().rss for each in processes) >> 20


def soak(workspace: Path, *, people: int, minutes: float) -> bool:
    """Let people read; print what happened and return whether all was well."""
    with browsers.serving("", workspace=workspace) as address:
        server = psutil.Process().children()[0]
        begins = time.monotonic()
        readers = Soak(address, ends=begins + 60 * minutes)
        threads = [threading.Thread(target=readers.person, args=[n]) for n in range(people)]
        start = memory_of(server)
        for thread in threads:
            thread.start()
        seen = [start]
        while any(thread.is_alive() for thread in threads):
            threads[0].join(5)
            time.sleep(0.2)
            seen.append(memory_of(server))
        middle, peak = max(seen[: len(seen) // 2 + 1]), max(seen)
        visits = ", ".join(f"{count} {page}" for page, count in sorted(readers.visits.items()))
        print(f"{people} people, {minutes:g} minutes: {readers.visits.total()} visits ({visits})")
        print(
            f"memory: {start} MiB at the start, {middle} at most in the first half, {peak} in all,"
        )
        print(f"  {seen[-1]} at the end; bounds: {MOST} in all, growth of {MOST_GROWTH} after half")
        print(f"{len(readers.errors)} errors", *readers.errors[:20], sep="\n", flush=True)
    return not readers.errors and peak <= MOST and peak - middle <= MOST_GROWTH


def main() -> None:
    """Read the options and soak."""
    parser = argparse.ArgumentParser(description="Let many people read the dashboards.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--workspace", type=Path, help="a copy of a workspace; pages write into it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = options.workspace
        workspace = workspace or fakes.workspace(Path(folder) / "ws", threads=20_000).root
        is_well = soak(workspace, people=options.people, minutes=options.minutes)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
