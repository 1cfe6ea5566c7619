"""The histogram of a score shows the bounds of its rule."""

import pytest

from workbench.exceptions import StageError


def test_histogram_has_the_bounds_of_the_rule(ready):
    spec = ready.histogram("similarity").to_dict()
    values = [row for rows in spec["datasets"].values() for row in rows]
    assert [row["threshold"] for row in values if "threshold" in row] == ["min 0.2"]
    spec = ready.histogram("depth").to_dict()
    assert not any("threshold" in row for rows in spec["datasets"].values() for row in rows)
    with pytest.raises(StageError, match="choose one of turns"):
        ready.histogram("prompt")
