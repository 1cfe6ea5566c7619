"""What all tables of a recipe have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of a recipe. Unknown keys are refused, and settings cannot change."""

    model_config = ConfigDict(frozen=True, extra="forbid")
