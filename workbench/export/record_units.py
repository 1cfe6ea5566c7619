"""Divide conversation trees into the units that formats make records of.

`file_writers` calls this for each file, `build` for a preview, and the dashboard for estimates.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from workbench.export import conversation_trees, reply_ratings
from workbench.export.conversation_trees import Turn
from workbench.export.formats import Unit
from workbench.export.formats.oasst_messages import TreeTurn
from workbench.export.formats.registry import RATED
from workbench.recipe import ExportSettings


def units(
    root: Turn, unit: Unit, *, settings: ExportSettings, left_out: Counter[str] | None = None
) -> Iterator[tuple[Any, list[Turn]]]:
    """Divide a tree into the units that a format makes one record of.

    `settings.replies` limits the replies to the root in every format. Each reply that is left
    begins a branch of the tree, a pair, or with `paths = "best"` one path. With `paths = "all"`
    every path through it is written. Units of rated replies come from every prompt on these paths,
    and `settings.replies` limits them for each prompt.

    Args:
        root: Root of the tree.
        unit: What the format makes a record of.
        settings: Which paths and replies to write.
        left_out: Counter of prompts and replies without a record, by reason; added to.

    Yields:
        The argument of `Format.record`, and the turns in that record.
    """
    most = most_replies(unit, settings)
    if unit in RATED:
        yield from _rated(root, unit, settings=settings, most=most, left_out=left_out)
        return
    root = conversation_trees.with_best_replies(root, most)
    match unit:
        case "tree":
            yield root, conversation_trees.all_turns(root)
        case "turn":
            yield from (
                (TreeTurn(turn, root), [turn]) for turn in conversation_trees.all_turns(root)
            )
        case "path":
            is_every = settings.paths == "all"
            walk = conversation_trees.all_paths if is_every else conversation_trees.best_paths
            yield from ((path, path) for path in walk(root))
        case "pair":
            yield from (([root, reply], [root, reply]) for reply in root.replies)
        case "tweet":
            for turn in conversation_trees.all_turns(root):
                yield from ((tweet_id, [turn]) for tweet_id in turn.tweet_ids)


def _rated(
    root: Turn,
    unit: Unit,
    *,
    settings: ExportSettings,
    most: int | None,
    left_out: Counter[str] | None,
) -> Iterator[tuple[Any, list[Turn]]]:
    """Divide a tree into units of rated replies, see `units`."""
    counter = Counter[str]() if left_out is None else left_out
    if unit == "comparison":
        for pair in reply_ratings.comparisons(root, settings=settings, most=most, left_out=counter):
            yield pair, [*pair.prompt, pair.chosen, pair.rejected]
    else:
        for rated in reply_ratings.rated_replies(
            root, settings=settings, most=most, left_out=counter
        ):
            yield rated, [*rated.prompt, rated.reply]


def most_replies(unit: Unit, settings: ExportSettings) -> int | None:
    """Return how many replies to the root a format contains at most; None: all of them.

    For comparisons, this is the number of preferred replies of a prompt. For rated replies, it is
    the number of good and that of bad ones.

    Examples:
        >>> [most_replies(unit, ExportSettings()) for unit in ("path", "comparison", "tree")]
        [1, 1, None]
        >>> most_replies("tree", ExportSettings(replies=3))
        3
    """
    match settings.replies:
        case "auto":
            is_single = unit in ("path", "pair", "comparison")
            return 1 if is_single and settings.paths != "all" else None
        case "best":
            return 1
        case "all":
            return None
        case int(most):
            return most
