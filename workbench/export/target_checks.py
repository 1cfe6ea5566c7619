"""Check that formats can express what a recipe asks for, before anything is written."""

from collections.abc import Sequence

from workbench.exceptions import ExportError
from workbench.export.formats import Target
from workbench.export.formats.registry import LINEAR, RATED
from workbench.recipe import ExportSettings


def check(targets: Sequence[Target], settings: ExportSettings, *, is_rated: bool) -> None:
    """Refuse formats that cannot express what the recipe asks for.

    Args:
        targets: The formats.
        settings: What to write and how.
        is_rated: Whether the reply classifier has rated the replies.

    Raises:
        ExportError: If a format cannot.
    """
    linear = [each.format.NAME for each in targets if each.format.UNIT in LINEAR]
    if settings.paths == "tree" and linear:
        msg = f'paths = "tree" does not work with {", ".join(linear)}, which cannot branch.'
        hint = 'set paths = "best" or "all" under [export], or use only formats of trees.'
        raise ExportError(msg, hint=hint)
    compared = [each.format.NAME for each in targets if each.format.UNIT == "comparison"]
    if settings.roles == "first_reply" and compared:
        msg = f'roles = "first_reply" leaves one reply to a prompt; {compared[0]} compares two.'
        hint = 'set roles = "dialogue" under [export], or leave the format out.'
        raise ExportError(msg, hint=hint)
    rated = [each.format.NAME for each in targets if each.format.UNIT in RATED]
    if rated and not is_rated:
        msg = f"The format {rated[0]} needs rated replies, and there are no ratings."
        raise ExportError(
            msg, hint="pass `answers`, the table `reply_scores` of the stage `score`."
        )


def can_express(target: Target, settings: ExportSettings) -> bool:
    """Check whether a format can express what a recipe asks for, if all replies are rated."""
    try:
        check([target], settings, is_rated=True)
    except ExportError:
        return False
    return True
