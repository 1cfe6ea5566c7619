"""Wrong frames of threads and verdicts are refused with what to do."""

import polars as pl
import pytest

from workbench.exceptions import ExportError
from workbench.export import frame_checks

THREADS = pl.DataFrame({"thread_id": [1, 2]})
VERDICTS = THREADS.with_columns(kept=pl.Series([True, False]))


def test_one_row_per_thread_is_fine():
    frame_checks.check(THREADS, VERDICTS)


@pytest.mark.parametrize(
    ("threads", "verdicts", "words"),
    [
        (THREADS, VERDICTS.lazy(), r"verdicts are no data frame(.|\n)*collect"),
        (THREADS.lazy(), VERDICTS, "threads are no data frame"),
        (THREADS, THREADS, "no column `kept`"),
        (THREADS, VERDICTS.cast({"kept": pl.String}), "must be true or false, but is `String`"),
        (THREADS, VERDICTS.with_columns(kept=pl.Series([True, None])), "partly null"),
        (THREADS, VERDICTS.cast({"thread_id": pl.Float64}), "verdicts have no .* of integers"),
        (THREADS, pl.concat([VERDICTS, VERDICTS.head(1)]), "repeat in the verdicts: 1 of 3 rows"),
        (pl.concat([THREADS, THREADS]), VERDICTS, "repeat in the threads: 2 of 4 rows"),
    ],
)
def test_wrong_frames_are_refused(threads, verdicts, words):
    with pytest.raises(ExportError, match=words):
        frame_checks.check(threads, verdicts)
