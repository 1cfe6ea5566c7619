"""Threads and turns are kept and dropped by hand from Python, too."""

import numpy as np
import pytest

import workbench as wb
from workbench.exceptions import StageError


def test_decisions_are_kept_replaced_and_taken_back(tmp_path):
    workspace = wb.Workspace.create(tmp_path / "ws")
    assert workspace.decisions().is_empty()
    assert workspace.keep([np.int64(1), "2"], note="good") == 2
    assert workspace.drop(2, note="spam") == 1
    assert workspace.drop(2, turn=True) == 1
    assert workspace.decisions().rows() == [
        ("thread", 1, "keep", "good"),
        ("thread", 2, "drop", "spam"),
        ("turn", 2, "drop", ""),
    ]
    assert workspace.take_back([1, 2]) == 2
    assert workspace.decisions()["what"].to_list() == ["turn"]


@pytest.mark.parametrize("wrong", [1.0, "one", True, 0, 2**63, [None]])
def test_what_is_no_id_is_refused(tmp_path, wrong):
    workspace = wb.Workspace.create(tmp_path / "ws")
    with pytest.raises(StageError, match="not an id"):
        workspace.keep(wrong)
