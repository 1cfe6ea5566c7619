"""What can be labelled, and how."""

import pytest

from workbench.dashboard.label import kinds


@pytest.mark.parametrize("kind", kinds.KINDS.values())
def test_every_kind_has_a_question_and_keys_that_differ(kind):
    assert kinds.QUESTIONS[kind].endswith("?")
    keys = [key for _, _, key, _ in [*kinds.LABELS[kind], *kinds.OTHERS]]
    assert len(set(keys)) == len(keys)
    assert list(kinds.names(kind)) == [action for action, *_ in kinds.LABELS[kind]]
