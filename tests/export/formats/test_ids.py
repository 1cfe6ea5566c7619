"""Tweet ids as records."""

import pytest
from pydantic import ValidationError

from workbench.export.formats import ids


def test_record_is_the_id_and_validates():
    assert ids.Record.model_validate(ids.record(20)).model_dump() == 20


@pytest.mark.parametrize("value", [0, -1, None])
def test_model_refuses_what_cannot_be_an_id(value):
    with pytest.raises(ValidationError):
        ids.Record.model_validate(value)
