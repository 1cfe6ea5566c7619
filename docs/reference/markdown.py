"""Write Markdown: tables, and texts of the package in which `<` is no HTML."""

import re
from collections.abc import Iterable, Sequence

#: Code in a text; what is inside needs no escape.
_CODE = re.compile(r"(`[^`]*`)")


def text(plain: str) -> str:
    r"""Return a text of the package as Markdown: code stays, everything else is literal.

    Examples:
        >>> text("`a < b` or <c> of select.*")
        '`a < b` or &lt;c> of select.\\*'
    """
    return "".join(
        part if part.startswith("`") else re.sub(r"([*_\[\]])", r"\\\1", part).replace("<", "&lt;")
        for part in _CODE.split(plain)
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are Markdown and must be on one line."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def page(title: str, *parts: str) -> str:
    """Return a page: its title, then its parts with an empty line between them."""
    return "\n\n".join([f"# {title}", *parts]) + "\n"
