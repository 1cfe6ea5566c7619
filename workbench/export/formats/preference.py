"""Make preference records, as TRL's DPO trainer reads them: a prompt and two replies to it."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from workbench.export import encodings
from workbench.export.formats import messages
from workbench.export.formats.strict_model import StrictModel
from workbench.export.reply_ratings import Comparison

NAME = "preference"
ABOUT = "a prompt with a chosen and a rejected reply, for TRL's DPO trainer: one pair per line"
UNIT = "comparison"
TREES = "all_replies"
HAS_USER_IDS = False
ENCODINGS = (*encodings.JSON_LINES, "parquet")

#: A chat that ends with a question of the user.
Prompt = Annotated[list[messages.Message], Field(min_length=1)]
#: The one message that completes a prompt.
Completion = Annotated[list[messages.Message], Field(min_length=1, max_length=1)]


def check_roles(prompt: list[messages.Message], *completions: list[messages.Message]) -> None:
    """Check that a prompt and each of its completions alternate, from user to assistant.

    Raises:
        ValueError: If they do not.
    """
    for completion in completions:
        messages.check_roles([*prompt, *completion])


class Record(StrictModel):
    """A prompt, the reply to learn, and the reply to avoid."""

    prompt: Prompt
    chosen: Completion
    rejected: Completion

    @model_validator(mode="after")
    def _roles_alternate(self) -> Self:
        check_roles(self.prompt, self.chosen, self.rejected)
        return self


def record(comparison: Comparison) -> dict[str, Any]:
    """Return the record of two replies to one prompt."""
    return {
        "prompt": messages.chat(comparison.prompt),
        "chosen": messages.chat([comparison.chosen]),
        "rejected": messages.chat([comparison.rejected]),
    }
