"""Keep the scores of a workspace in memory, so that pages answer a moved slider at once."""

from functools import reduce
from operator import and_

import dataframely as dy
import polars as pl

from workbench import selection
from workbench.dashboard.session.session_cache import SessionCache
from workbench.exceptions import StageError
from workbench.facets.score_axes import Axis
from workbench.hydration import missing_tweets
from workbench.measures import store
from workbench.recipe import CATALOGUE, Catalogue, RuleSettings, SelectSettings, active
from workbench.schemas import Turns
from workbench.selection import by_hand, hand_list, rule_columns
from workbench.selection.build import removed_by, removed_first
from workbench.storage import Workspace

#: Orders of a list of threads -> (column, highest first).
ORDERS: dict[str, tuple[str, bool]] = {
    "Random sample": ("shuffle", False),
    "Best fit first": ("suitability", True),
    "Worst fit first": ("suitability", False),
    "Most similar first": ("similarity", True),
    "Least similar first": ("similarity", False),
    "Best answer first": ("answer", True),
    "Most turns first": ("turns", True),
    "Deepest first": ("depth", True),
    "Most people first": ("participants", True),
    "Most likes first": ("likes", True),
    "Quickest reply first": ("first_reply_seconds", False),
    "Longest lasting first": ("span_seconds", True),
    "Newest first": ("started_at", True),
    "Oldest first": ("started_at", False),
}


class ScoresSession:
    """Scores in memory, with the masks of the rules that were applied last.

    Only the mask of a rule whose settings changed is computed again. That takes a few milliseconds
    for a million threads.

    Args:
        workspace: Workspace from which texts are read, a few rows at a time.
        scores: One row per thread.
        shared: Results of other sessions with the same scores.
    """

    def __init__(
        self, workspace: Workspace, scores: pl.DataFrame, *, shared: SessionCache | None = None
    ) -> None:
        self.workspace = workspace
        self.scores = scores
        self.own = [own for own in store.of_scores(workspace) if own.name in scores.columns]
        self.rules: Catalogue = CATALOGUE.with_own(self.own)
        self.size = (scores.height, int(scores["turns"].sum() or 0))
        self._masks: dict[str, tuple[RuleSettings, pl.Series]] = {}
        self.shared = shared or SessionCache()
        self._keys = scores.select(
            *(column for column in {column for column, _ in ORDERS.values()} - {"shuffle"}),
            shuffle=pl.col("thread_id").hash(1),
        )

    def verdicts(self, settings: SelectSettings) -> pl.DataFrame:
        """Decide which threads are kept, as `selection.from_scores` does.

        Returns:
            `thread_id`, `kept` and one `passes_<rule>` per active rule, in the order of the
            scores, after `passes_by_hand` if threads were decided by hand. `removed_by` is missing:
            `rows` adds it for the rows on screen.

        Raises:
            StageError: If an own rule has no column, or one of another type.
        """
        rule_columns.check(self.scores.schema, settings=settings)
        masks = {}
        for name, chosen in active(settings).items():
            known = self._masks.get(name)
            if known is None or known[0] != chosen:
                rule = self.rules[name]
                mask = self._column(rule.column).select(mask=rule.passes(chosen))["mask"]
                known = self._masks[name] = (chosen, mask)
            masks[self.rules[name].mask] = known[1]
        passed = pl.DataFrame({"thread_id": self.scores["thread_id"], **masks})
        passed = by_hand.apply(passed, self.decisions())
        everything = pl.repeat(True, self.scores.height, dtype=pl.Boolean, eager=True)
        kept = reduce(and_, selection.by_rule(passed).values(), everything)
        return passed.select("thread_id", kept.alias("kept"), pl.exclude("thread_id"))

    def decisions(self) -> pl.DataFrame:
        """Return what was decided by hand, as the list is now; see `hand_list.load`.

        A damaged list counts as empty: `scores_opening.problem` says so before a page opens.
        """
        try:
            return hand_list.load(self.workspace)
        except StageError:
            return by_hand.nothing()

    def kept(self, verdicts: pl.DataFrame) -> tuple[int, int]:
        """Count the kept threads and their turns."""
        turns = self.scores["turns"].filter(verdicts["kept"])
        return len(turns), int(turns.sum() or 0)

    def axis(self, rule: str) -> Axis:
        """Bin the scores of a rule with bounds; all sessions share the result."""
        axes = self.shared.axes
        if rule not in axes:
            axes[rule] = Axis.of(self.scores, self.rules[rule].column)
        return axes[rule]

    def choices(self, rule: str, *, most: int = 200) -> dict[str, int]:
        """Count the values of a choice rule, the most frequent first; sessions share the result."""
        counts: dict[str, int] = self.shared.once(
            f"choices of {rule}", most, lambda: self._counts(self.rules[rule].column, most=most)
        )
        return counts

    def _column(self, column: str) -> pl.DataFrame:
        """Return one column with the ids. A column of texts is read from disk and not kept."""
        if column in self.scores.columns:
            return self.scores.select("thread_id", column)
        return self.workspace.read("scores", columns=["thread_id", column])

    def _counts(self, column: str, *, most: int) -> dict[str, int]:
        values = self.scores.lazy().select(value=column)
        if isinstance(self.scores.schema[column], pl.List):
            values = values.explode("value", empty_as_null=True)
        counts = (
            values.drop_nulls()
            .group_by("value")
            .len()
            .sort("len", "value", descending=[True, False])
        )
        return dict(counts.head(most).collect().rows())

    def rows(
        self,
        verdicts: pl.DataFrame,
        *,
        view: str = "kept",
        rule: str | None = None,
        order: str = "Random sample",
        page: int = 1,
        size: int = 50,
    ) -> pl.DataFrame:
        """Return one page of kept or removed threads.

        Args:
            verdicts: Result of `verdicts`.
            view: `kept` or `removed`.
            rule: Return only threads that this rule removes first; None for all.
            order: One of `ORDERS`.
            page: Number of the page, from 1; a number past the end means the last page.
            size: Threads per page.

        Returns:
            Rows of the scores with `removed_by`.
        """
        mask = verdicts["kept"] if view == "kept" else ~verdicts["kept"]
        if view == "removed" and rule:
            mask = removed_first(verdicts, rule)
        return self.some(mask, verdicts, order=order, page=page, size=size)

    def some(
        self,
        mask: pl.Series,
        verdicts: pl.DataFrame,
        *,
        order: str = "Random sample",
        page: int = 1,
        size: int = 50,
    ) -> pl.DataFrame:
        """Return one page of the threads in a mask; see `rows` for the arguments."""
        column, descending = ORDERS[order]
        count = int(mask.sum())
        skipped = min(max(page - 1, 0), max(count - 1, 0) // size) * size
        selected = (
            self._keys.select(key=column, row=pl.int_range(pl.len()))
            .filter(mask)
            .with_columns(pl.col("key").is_null().alias("unknown"))
            .bottom_k(
                skipped + size, by=["unknown", "key", "row"], reverse=[False, descending, False]
            )
            .sort("unknown", "key", "row", descending=[False, descending, False])["row"]
            .slice(skipped, size)
        )
        return self.at(selected, verdicts)

    def places(self, thread_ids: pl.Series) -> pl.DataFrame:
        """Return `thread_id` and `place`, the row number in the scores, of known threads."""
        places = self.scores.select("thread_id", place=pl.int_range(pl.len(), dtype=pl.UInt32))
        return places.filter(pl.col("thread_id").is_in(thread_ids.implode()))

    def at(self, places: pl.Series, verdicts: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of the scores at some row numbers, with `removed_by`."""
        return self.scores[places].with_columns(removed_by=removed_by(verdicts[places]))

    def openings(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add the column `text`: the text of the first turn of each row.

        It is null if the tweet was deleted, even if a table still contains its text.
        """
        if rows.is_empty():
            return rows.with_columns(text=pl.lit(None, pl.String))
        texts = (
            self.workspace.scan("turns")
            # For 3 million turns, this takes a third of the time of a search by tweet id.
            .filter(pl.col("thread_id").is_in(rows["thread_id"].implode()), pl.col("position") == 0)
            .select("thread_id", "tweet_id", "text")
            .collect()
        )
        texts = missing_tweets.without_deleted(self.workspace, texts, ids="tweet_id")
        texts = texts.drop("tweet_id")
        return rows.join(texts, on="thread_id", how="left", maintain_order="left")

    def turns(self, thread_id: int) -> dy.DataFrame[Turns]:
        """Read the turns of one thread, in reading order."""
        turns = self.workspace.scan("turns").filter(pl.col("thread_id") == thread_id)
        return turns.collect().sort("position").pipe(Turns.validate)

    def answers(self, thread_ids: pl.Series) -> pl.DataFrame:
        """Read the rated replies of some threads: `thread_id`, `tweet_id` and `answer`.

        Raises:
            WorkspaceError: If an earlier version scored the workspace, which kept only the best.
        """
        rows = self.workspace.scan("reply_scores").select("thread_id", "tweet_id", "answer")
        return rows.filter(pl.col("thread_id").is_in(thread_ids.implode())).collect()

    def borderline(
        self, verdicts: pl.DataFrame, *, rule: str, settings: SelectSettings, limit: int = 25
    ) -> pl.DataFrame:
        """Return the threads closest to the threshold of a rule, see `selection.borderline`.

        Returns:
            Rows of the scores with `removed_by` and `distance`, the closest first. Empty if the
            rule is not active.
        """
        if rule not in selection.by_rule(verdicts):
            return self.scores.clear().with_columns(removed_by=pl.lit(""), distance=pl.lit(0.0))
        scores = self._column(self.rules[rule].column)
        near = selection.borderline(scores, verdicts, rule=rule, settings=settings, limit=limit)
        near = near.sort("distance", nulls_last=True, maintain_order=True).select(
            "thread_id",
            "distance",
            removed_by=pl.when(~pl.col("passes")).then(pl.lit(rule)),
        )
        return near.join(self.scores, on="thread_id", maintain_order="left")
