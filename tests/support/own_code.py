"""Code with measures, as people write it."""

CODE = """\
import polars as pl
import workbench

@workbench.rule
def big():
    return pl.col("turns") > 3

@workbench.scorer
def doubled(threads):
    return threads["turns"] * 2
"""


def written(folder, text, name="mine.py"):
    """Write a file of code and return its path."""
    (folder / name).write_text(text)
    return folder / name
