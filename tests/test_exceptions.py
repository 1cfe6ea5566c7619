"""Errors keep their hint on the way from one process to another."""

import pickle

from workbench.exceptions import ArchiveError


def test_error_is_the_same_in_another_process():
    error = pickle.loads(pickle.dumps(ArchiveError("a.tar is cut off.", hint="fetch it again.")))
    assert (type(error), error.problem, error.hint) == (
        *(ArchiveError, "a.tar is cut off.", "fetch it again."),
    )
    assert str(error) == "a.tar is cut off.\n\nHint: fetch it again."
