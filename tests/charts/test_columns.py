"""A chart says which frame it wants."""

import polars as pl
import pytest

from workbench import charts
from workbench.exceptions import StageError

OTHER = pl.DataFrame({"step": ["a"], "count": [1]})


@pytest.mark.parametrize("frame", [OTHER, OTHER.lazy(), None])
def test_another_frame_is_refused_with_the_call_that_makes_the_right_one(frame):
    with pytest.raises(StageError, match=r"`charts\.funnel`(.|\n)*selection\.funnel\(ws\.select"):
        charts.funnel(frame)
    with pytest.raises(StageError, match=r"`removed_first`(.|\n)*ws\.attribution\(\)"):
        charts.attribution(frame)
    with pytest.raises(StageError, match=r"charts\.bins"):
        charts.histogram(frame, title="Turns")
