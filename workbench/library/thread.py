"""One conversation of a workspace, which shows itself."""

import io
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.display import html
from workbench.library import thread_text, turn_facts
from workbench.library.thread_lookup import Conversation

#: Turns and gaps that a notebook shows of a long thread.
MOST = 100
#: Columns of a terminal that a thread fills at most.
WIDTH = 100


@dataclass(frozen=True, repr=False)
class Thread:
    """A conversation: its turns, roles, scores, and why it is kept or removed.

    A notebook shows it as safe HTML, a terminal as text. Missing tweets are shown as gaps.

    Args:
        conversation: What was read, see `Conversation`.
    """

    conversation: Conversation

    @property
    def id(self) -> int:
        """Id of the thread: that of its opening tweet, or of its conversation."""
        return self.conversation.thread_id

    @property
    def turns(self) -> pl.DataFrame:
        """Its turns in reading order: table `Turns`, without those deleted since the last run."""
        is_gone = pl.col("tweet_id").is_in(list(self.conversation.gone))
        return self.conversation.turns.filter(~is_gone)

    @property
    def roles(self) -> dict[int, str]:
        """Role by tweet id: `prompter` or `assistant`; turns that no record contains are absent."""
        return dict(self.conversation.roles)

    @property
    def scores(self) -> dict[str, Any]:
        """Its row of the scores by column; empty if it is not scored."""
        return dict(self.conversation.scores)

    @property
    def verdict(self) -> str:
        """Why it is kept or removed, as a sentence."""
        return thread_text.verdict(self.conversation.verdict, self.conversation.decision)

    def __repr__(self) -> str:
        from rich.console import Console

        console = Console(file=io.StringIO(), width=WIDTH, color_system=None, force_jupyter=False)
        with console.capture() as capture:
            console.print(thread_text.report(self.conversation))
        return "\n".join(line.rstrip() for line in capture.get().splitlines()).rstrip()

    def _repr_html_(self) -> str:
        thread = self.conversation
        shown = {label: thread.scores.get(name) for name, label in thread_text.SCORES.items()}
        return html.thread(
            thread.turns,
            verdict=self.verdict,
            nearest=thread.nearest,
            scores=shown if thread.scores else {},
            roles=thread.roles,
            facts=turn_facts.scores(thread.scores, answers=thread.answers),
            gone=thread.gone,
            most=MOST,
        )
