"""Say why the tests of the cluster are skipped where its packages are not installed."""

import importlib.util

import pytest

needs_daft = pytest.mark.skipif(
    importlib.util.find_spec("daft") is None, reason="the extra `cluster` is not installed: daft"
)


def skip_without_ray() -> None:
    """Skip a test if Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("the extra `cluster` is not installed: ray")
