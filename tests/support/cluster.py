"""Compare tables of a cluster; say why its tests are skipped without its packages."""

import importlib.util

import pytest
from polars.testing import assert_frame_equal

from workbench.storage import TABLES, Workspace

needs_daft = pytest.mark.skipif(
    importlib.util.find_spec("daft") is None, reason="the extra `cluster` is not installed: daft"
)


def skip_without_ray() -> None:
    """Skip a test if Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("the extra `cluster` is not installed: ray")


#: Columns that say how long something took.
_TIMES = {"ledger": ["seconds"]}


def assert_same_tables(one: Workspace, other: Workspace) -> None:
    """Compare all tables of two workspaces, row for row."""
    for name in TABLES:
        assert one.has(name) == other.has(name), name
        if one.has(name):
            left, right = (each.read(name).drop(_TIMES.get(name, [])) for each in (one, other))
            assert_frame_equal(left, right)
