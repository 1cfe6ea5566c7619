"""Errors of Daft and Ray say what to do."""

import math

import pytest

from workbench.cluster.failures import failures_named
from workbench.exceptions import StageError


class _OfRay(Exception):  # noqa: N818 (as Ray's are called)
    __module__ = "ray.exceptions"


@pytest.mark.parametrize(
    ("error", "problem", "hint"),
    [
        (
            _OfRay("Task failed.\nThe node was running low on memory.\nSee x."),
            "^Memory ran out",
            "`--workers`",
        ),
        (_OfRay("The actor died.\nIts node is lost."), "lost its node: Its node is lost", "again"),
        (_OfRay("DaftCoreException: /a/b.parquet is no Parquet"), "Daft cannot go on", "doctor"),
        (RuntimeError("UDF process closed the pipe"), "A worker was killed", "again"),
        (RuntimeError("No module named 'workbench'"), "cannot load the workbench", "pip install"),
    ],
)
def test_a_failure_is_named_with_what_to_do(error, problem, hint):
    with pytest.raises(StageError, match=problem) as raised, failures_named():
        raise error
    assert hint in raised.value.hint


def test_other_errors_stay_what_they_are():
    with pytest.raises(ValueError, match="math domain"), failures_named():
        math.sqrt(-1)
