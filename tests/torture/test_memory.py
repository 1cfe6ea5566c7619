"""Whatever comes in, reading it takes less than 1 GB; see `measure_memory` for the files.

The program itself takes about 150 MiB. A file of full size would take a test too long where memory
grows with it, so a smaller one is measured.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

#: File -> MiB that reading it may take beside the program.
MOST = {
    "blank lines": 250,
    "pages in pages": 250,
    # 16 MiB, of which a file may have 128: less than 1 GB for those.
    "instructions": 115,
    # The headers of a tar are forgotten, those of a zip are not: 40,000 of each.
    "tar of links": 10,
    "zip of empty members": 30,
    # 100,000 rows. Ten times as many take 470 MiB.
    "ledger": 130,
}


@pytest.fixture(scope="module")
def peaks(tmp_path_factory):
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("the peak of the memory is measured on Linux only")
    folder = tmp_path_factory.mktemp("memory")
    command = [sys.executable, "-m", "tests.torture.measure_memory", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("name", MOST)
def test_memory_stays_below_a_gigabyte(name, peaks):
    before, peak = peaks[name]
    assert peak - before < MOST[name], peaks
