"""Check a small share of `make torture`: runs that are killed end in the same bytes."""

import pytest

from tests.torture.kills import Kill, Torture


@pytest.mark.slow
def test_killed_runs_end_in_the_same_tables(tmp_path):
    torture = Torture(tmp_path, seed=0)
    middle = torture.changes[False] // 2
    torture.round([Kill(at=middle), Kill(after=0.6, whom="main")])
    torture.at_changes(1, is_late=True)
    assert torture.differences == []
    assert torture.kills.total() >= 2
