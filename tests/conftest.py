"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

# No test reads or writes the user's own cache.
os.environ["WORKBENCH_CACHE"] = "off"

#: Public samples that lie beside the repository, see its README.
REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def real_data() -> Path:
    """Folder of the real samples; skips the test where they are absent."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"needs the real samples in {REAL_DATA}")
    return REAL_DATA
