"""Decide which turns the tweets of a conversation answer if no reply id says so.

`links` gathers such tweets below the opening tweet of their conversation. That they answer it is
only known of some: `resolve` moves the others to the turn that they answer, or marks them.
"""

import numpy as np
import polars as pl

from workbench.text.patterns import FIRST_MENTION
from workbench.threads.id_arrays import NO_ID, Flags
from workbench.threads.links import Links
from workbench.threads.pointer_jumping import follow


def resolve(linked: Links, tweets: pl.LazyFrame) -> Links:
    """Place the gathered tweets below the turn that they answer, if that is known.

    The author that a tweet answers is `reply_to_author_id`, else the person whom the tweet
    mentions first. It has a place in these cases:

    1. It names a missing tweet as its parent, so it answers no turn of the thread. If that tweet
       was by the opener, it stays below the opening tweet. Otherwise it has no place.
    2. The author answered has spoken to the author of the tweet before: it answers the latest such
       turn.
    3. The author answered is the opener, or another person names nobody: it answers the opening
       tweet. A tweet that names nobody has no place if it is by the opener or may be.
    4. The author answered has one earlier turn in the thread: it answers that turn. If there are
       several, or none, it has no place.

    A tweet without a place stays below the opening tweet, with `is_placed` false.

    Args:
        linked: Result of `links.from_skeleton`.
        tweets: Table `Tweets`. Only threads with gathered tweets are read, and no text is kept.

    Returns:
        The links with new `parents`, `depths` and `is_placed`.

    Examples:
        Ann (7) opens. Bob (8) answers her, Cat (9) answers Bob, and Dan (6) somebody else.

        >>> from workbench.schemas import Tweets
        >>> tweets = Tweets.sample(
        ...     overrides={
        ...         "tweet_id": [1, 2, 3, 4],
        ...         "conversation_id": [1, 1, 1, 1],
        ...         "author_id": [7, 8, 9, 6],
        ...         "author_name": ["ann", "bob", "cat", "dan"],
        ...         "text": ["Why?", "@ann Because.", "@bob @ann No!", "@eve Yes."],
        ...         "reply_to_author_id": None,
        ...         "created_at": None,
        ...     }
        ... )
        >>> linked = Links(
        ...     tweet_ids=np.array([1, 2, 3, 4]),
        ...     parents=np.array([0, 0, 0, 0]),
        ...     thread_ids=np.array([1, 1, 1, 1]),
        ...     depths=np.array([0, 1, 1, 1], dtype=np.uint32),
        ...     is_inferred=np.array([False, True, True, True]),
        ...     is_placed=np.array([True, True, True, True]),
        ...     lacks_parent=np.array([False, True, True, True]),
        ...     missing_ids=np.array([0, 0, 0, 0]),
        ...     counts={},
        ... )
        >>> resolved = resolve(linked, tweets.lazy())
        >>> resolved.parents.tolist(), resolved.is_placed.tolist()
        ([0, 0, 1, 0], [True, True, True, False])
    """
    is_gathered = linked.is_inferred & (linked.parents != np.arange(len(linked.parents)))
    if not is_gathered.any():
        return linked
    turns = _addressed(_read(linked, is_gathered, tweets))
    places = _places(turns)
    rows = places["row"].to_numpy()
    parents, is_placed = linked.parents.copy(), linked.is_placed.copy()
    parents[rows] = places["answered"].to_numpy()
    is_placed[rows] = places["is_placed"].to_numpy()
    return linked._replace(parents=parents, depths=follow(parents)[1], is_placed=is_placed)


def _read(linked: Links, is_gathered: Flags, tweets: pl.LazyFrame) -> pl.DataFrame:
    """Read who wrote the turns of the threads with gathered tweets, and whom they name.

    Returns:
        One row per turn, ascending by id: `row` and `above` (indices into the links), `tree`,
        `is_gathered`, `lacks_known_parent`, `tweet_id`, `author` (id, or a negative number per
        name), `name`, `reply_author` (`reply_to_author_id`) and `mention`.
    """
    root, _ = follow(linked.parents)
    has_gathered = np.zeros(len(root), dtype=bool)
    has_gathered[root[is_gathered]] = True
    rows = np.flatnonzero(has_gathered[root])
    places = pl.DataFrame(
        {
            "row": rows,
            "above": linked.parents[rows],
            "tree": root[rows],
            "is_gathered": is_gathered[rows],
            "lacks_known_parent": linked.missing_ids[rows] != NO_ID,
            "tweet_id": linked.tweet_ids[rows],
        }
    )
    people = (
        tweets.filter(pl.col("tweet_id").is_in(places["tweet_id"].implode()))
        .select(
            "tweet_id",
            "author_id",
            name=pl.col("author_name").str.to_lowercase(),
            reply_author="reply_to_author_id",
            mention=pl.col("text").str.extract(FIRST_MENTION).str.to_lowercase(),
        )
        .collect(engine="streaming")
        .sort("tweet_id")
    )
    author = pl.coalesce("author_id", -pl.col("name").rank("dense").cast(pl.Int64))
    return places.hstack(people.drop("tweet_id")).with_columns(author=author)


def _addressed(turns: pl.DataFrame) -> pl.DataFrame:
    """Add `author_above`, `addressee` and `names_somebody`.

    The addressee of a reply is the author above. That of a gathered tweet is the author that it
    names; null if that is nobody of the thread.
    """
    named = turns.drop_nulls(["name", "author"]).group_by("tree", mention="name")
    # Two authors can have had the same name: then it stands for neither.
    participants = named.agg(mentioned=pl.col("author").unique()).select(
        *("tree", "mention"),
        pl.when(pl.col("mentioned").list.len() == 1).then(pl.col("mentioned").list.first()),
    )
    above = turns.select(above="row", author_above="author")
    gathered = pl.col("is_gathered")
    return (
        turns.join(participants, on=["tree", "mention"], how="left", maintain_order="left")
        .join(above, on="above", how="left", maintain_order="left")
        .with_columns(
            addressee=pl.when(gathered)
            .then(pl.coalesce("reply_author", "mentioned"))
            .otherwise("author_above"),
            names_somebody=pl.col("reply_author").is_not_null() | pl.col("mention").is_not_null(),
        )
    )


def _places(turns: pl.DataFrame) -> pl.DataFrame:
    """Find the turn that each gathered tweet answers: `row`, `answered` and `is_placed`."""
    gathered = _latest_earlier(turns).rename({"author_above": "opener"})
    is_own = (pl.col("author") == pl.col("opener")).fill_null(value=False)
    to_opener = (pl.col("addressee") == pl.col("opener")).fill_null(value=False)
    to_self = (pl.col("addressee") == pl.col("author")).fill_null(value=False)
    is_by_another = (pl.col("author") != pl.col("opener")).fill_null(value=False)
    names_nobody = pl.col("names_somebody").not_()
    answers_opening = (~is_own & to_opener) | (is_by_another & names_nobody)
    only_turn = pl.when(pl.col("turns_before") == 1).then("latest")
    answered = (
        pl.when("lacks_known_parent")
        .then(pl.when(to_opener & ~is_own).then("above"))
        .when(to_self)
        .then(None)
        .otherwise(
            pl.coalesce("latest_to_author", pl.when(answers_opening).then("above"), only_turn)
        )
    )
    return gathered.select(
        "row",
        answered=pl.coalesce(answered, "above"),
        is_placed=answered.is_not_null(),
    )


def _latest_earlier(turns: pl.DataFrame) -> pl.DataFrame:
    """Add to the gathered tweets what the person that they address has said before.

    Returns:
        The gathered rows with `latest_to_author` (row of the latest turn in which that person
        addresses the author), `latest` and `turns_before` (row of that person's latest turn, and
        their number).
    """
    spoken = turns.drop_nulls("author").select(
        *("row", "tree", "addressee"),
        speaker="author",
        turns_before=pl.int_range(pl.len()).over("tree", "author") + 1,
    )
    gathered = turns.filter("is_gathered")
    to_author = spoken.drop_nulls("addressee").select(
        "tree", "speaker", author="addressee", latest_to_author="row", row="row"
    )
    latest = spoken.select("tree", "speaker", "turns_before", latest="row", row="row")
    return _join_earlier(
        _join_earlier(gathered, to_author, by=("tree", "speaker", "author")),
        latest,
        by=("tree", "speaker"),
    )


def _join_earlier(
    gathered: pl.DataFrame, spoken: pl.DataFrame, *, by: tuple[str, ...]
) -> pl.DataFrame:
    """Join the last row of `spoken` with equal keys and a lower `row`; rows ascend by id."""
    left = gathered if "speaker" in gathered.columns else gathered.with_columns(speaker="addressee")
    keys = left.drop_nulls(by)
    joined = keys.join_asof(
        spoken, on="row", by=by, allow_exact_matches=False, check_sortedness=False
    )
    added = [name for name in joined.columns if name not in left.columns]
    return left.join(joined.select("row", *added), on="row", how="left", maintain_order="left")
