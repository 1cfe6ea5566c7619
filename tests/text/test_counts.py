import pytest

from workbench.text.counts import counted


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 tweets"), (1, "1 tweet"), (1_000, "1,000 tweets")]
)
def test_only_one_is_singular(number, expected):
    assert counted(number, "tweet") == expected
