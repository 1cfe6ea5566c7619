"""Base of the record models: exact types and no other keys."""

from pydantic import BaseModel, ConfigDict


class StrictModel(BaseModel):
    """A model that converts no value and refuses unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
