"""The base of the record models."""

import pytest
from pydantic import ValidationError

from workbench.export.formats.strict_model import StrictModel


class Counted(StrictModel):
    count: int


@pytest.mark.parametrize("values", [{"count": "1"}, {"count": 1, "more": 2}, {}])
def test_model_converts_nothing_and_refuses_unknown_keys(values):
    with pytest.raises(ValidationError):
        Counted.model_validate(values)
    assert Counted.model_validate({"count": 1}).count == 1
