"""Compare the labels of several people: Cohen's kappa of each pair, and where they disagree.

Only labels that each person set alone count. Labels in bulk and those that settle a disagreement
do not: the first were not read one by one, the second were set with the others in view.
"""

from dataclasses import dataclass
from itertools import combinations

import polars as pl

from workbench.labels import store

#: Least number of tweets that two people must have labelled to show their kappa.
FEWEST = 10

_ITEM = ["tweet_id", "parent_id", "text_version"]


@dataclass(frozen=True)
class Agreement:
    """How far two people agree on what both have labelled.

    Args:
        first: One of them.
        second: The other.
        rows: Number of tweets or replies that both have labelled.
        same: Number with the same label.
        kappa: Cohen's kappa: 1 for full agreement, 0 for that of chance. None if `rows` is below
            `FEWEST`, or if both used one label only, where chance explains everything.
    """

    first: str
    second: str
    rows: int
    same: int
    kappa: float | None


def pairs(labels: pl.DataFrame, *, replies: bool) -> list[Agreement]:
    """Compare each pair of people that have labelled something in common, by name.

    Args:
        labels: Table `Labels`.
        replies: Compare labels of replies; otherwise those of tweets.
    """
    own = _independent(labels, replies=replies)
    people = sorted(own["labeller"].unique())
    compared = []
    for first, second in combinations(people, 2):
        both = own.filter(labeller=first).join(
            own.filter(labeller=second), on=_ITEM, nulls_equal=True, suffix="_other"
        )
        if both.height:
            same = int((both["label"] == both["label_other"]).sum())
            value = kappa(both["label"], both["label_other"])
            shown = value if both.height >= FEWEST else None
            compared.append(Agreement(first, second, both.height, same, shown))
    return compared


def kappa(first: pl.Series, second: pl.Series) -> float | None:
    """Return Cohen's kappa of two series of labels; None if both contain one label only.

    Examples:
        >>> kappa(pl.Series(["yes", "yes", "no", "no"]), pl.Series(["yes", "no", "no", "no"]))
        0.5
    """
    rows = len(first)
    observed = int((first == second).sum()) / rows
    shares = [dict(labels.value_counts().iter_rows()) for labels in (first, second)]
    by_chance = sum(count * shares[1].get(label, 0) for label, count in shares[0].items()) / rows**2
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def disagreements(labels: pl.DataFrame, *, replies: bool) -> pl.DataFrame:
    """Find what people have labelled differently and nobody has settled, newest first.

    Args:
        labels: Table `Labels`.
        replies: Look at labels of replies; otherwise at those of tweets.

    Returns:
        The newest label of each such tweet or reply, as a row of `Labels`, with `votes`: a list of
        `labeller` and `label`.
    """
    votes = _independent(labels, replies=replies)
    settled = labels.filter(pl.col("method").eq_missing(pl.lit(store.SETTLED)))
    return (
        votes.join(settled, on=_ITEM, how="anti", nulls_equal=True)
        .sort("labelled_at", "labeller")
        .group_by(_ITEM, maintain_order=True)
        .agg(pl.all().last(), votes=pl.struct("labeller", "label"))
        .filter(pl.col("votes").list.eval(pl.element().struct["label"].n_unique()).list.first() > 1)
        .sort("labelled_at", descending=True, maintain_order=True)
    )


def _independent(labels: pl.DataFrame, *, replies: bool) -> pl.DataFrame:
    """Return the newest label of each person for each version of a text, set alone."""
    is_reply = pl.col("parent_id").is_not_null()
    alone = labels.filter(is_reply if replies else ~is_reply, pl.col("method").is_null())
    newest = alone.sort("labelled_at", maintain_order=True)
    return newest.unique([*_ITEM, "labeller"], keep="last", maintain_order=True)
