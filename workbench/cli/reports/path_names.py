"""Shorten the names of archives and members for narrow tables."""

import polars as pl
from rich.cells import cell_len, chop_cells


def with_file(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the column `file`: the archive's file name, or its path if the name is not unique.

    Examples:
        >>> frame = pl.DataFrame({"archive": ["a/x.tar", "b/x.tar", "a/y.tar", "c/"]})
        >>> with_file(frame)["file"].to_list()
        ['a/x.tar', 'b/x.tar', 'y.tar', 'c']
    """
    path = pl.col("archive").str.strip_chars_end("/")
    name = path.str.split("/").list.last()
    is_shared = pl.col("archive").n_unique().over(name) > 1
    has_own_name = (name.str.len_chars() > 0) & ~is_shared
    return frame.with_columns(file=pl.when(has_own_name).then(name).otherwise("archive"))


def member(row: dict[str, str | None]) -> str:
    """Name a member and its archive.

    Args:
        row: `file` and `name`; the name is empty if the archive is a single file.
    """
    return f"{row['file'] or ''} {row['name'] or ''}".strip()


def tail(text: str, room: int) -> str:
    """Cut the start of a path, its least useful end, so that it fits into some terminal cells.

    Examples:
        >>> tail("2019/07/03/06/29.json.bz2", 12), tail("29.json.bz2", 12)
        ('…29.json.bz2', '29.json.bz2')
    """
    if cell_len(text) <= room:
        return text
    return "…" + chop_cells(text[::-1], max(room - 1, 1))[0][::-1]
