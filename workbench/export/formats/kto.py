"""Make unpaired records, as TRL's KTO trainer reads them: a reply that is good or bad."""

from typing import Any, Self

from pydantic import model_validator

from workbench.export import encodings
from workbench.export.formats import messages, preference
from workbench.export.formats.strict_model import StrictModel
from workbench.export.reply_ratings import RatedReply

NAME = "kto"
ABOUT = "a prompt with a good or a bad reply, for TRL's KTO trainer: one reply per line"
UNIT = "rated_reply"
TREES = "all_replies"
HAS_USER_IDS = False
ENCODINGS = (*encodings.JSON_LINES, "parquet")


class Record(StrictModel):
    """A prompt, a reply, and whether that is a good one."""

    prompt: preference.Prompt
    completion: preference.Completion
    label: bool

    @model_validator(mode="after")
    def _roles_alternate(self) -> Self:
        preference.check_roles(self.prompt, self.completion)
        return self


def record(rated: RatedReply) -> dict[str, Any]:
    """Return the record of a reply that is good or bad."""
    return {
        "prompt": messages.chat(rated.prompt),
        "completion": messages.chat([rated.reply]),
        "label": rated.is_good,
    }
