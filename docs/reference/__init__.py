"""Pages that are generated from the package: commands, recipe, scores, formats and messages.

Every page is made from the texts that the package itself shows, so that no text has a second copy.
"""

from collections.abc import Callable

from docs.reference import commands, formats, messages, recipe, scores

#: File of each generated page, below `reference/` -> what returns its Markdown.
PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "recipe.md": recipe.page,
    "scores.md": scores.page,
    "formats.md": formats.page,
    "messages.md": messages.page,
}
