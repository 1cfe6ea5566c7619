"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

#: Public samples that lie beside the repository, see its README.
REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def real_data() -> Path:
    """Folder of the real samples; skips the test where they are absent."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"needs the real samples in {REAL_DATA}")
    return REAL_DATA
