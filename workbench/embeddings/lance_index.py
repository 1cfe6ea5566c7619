"""Tidy the LanceDB table of vectors after a write: merge its files, build its indices."""

from datetime import timedelta
from math import isqrt
from typing import TYPE_CHECKING, Any

from workbench.embeddings.lance_table import words_column

if TYPE_CHECKING:
    from lancedb.table import Table

#: Above this number of rows, a search without an index takes longer than 0.3 s.
INDEXED_FROM = 100_000


def tidy(table: "Table") -> None:
    """Merge small files, drop old versions and update the indices."""
    from lancedb.index import FTS, BTree

    # LanceDB warns about 0. Files of a killed run are unverified: delete them too.
    table.optimize(cleanup_older_than=timedelta(milliseconds=1), delete_unverified=True)
    rows = table.count_rows()
    configs: dict[str, Any] = {}
    if rows:
        # Tweets are in many languages: no stemming, no stop words. Phrases need positions.
        configs[words_column(table)] = FTS(stem=False, remove_stop_words=False, with_position=True)
        configs["tweet_id"] = BTree()
        configs["thread_id"] = BTree()
    if rows >= INDEXED_FROM:
        configs["vector"] = _vector_index(table.schema.field("vector").type.list_size, rows)
    for index in table.list_indices():
        config = configs.get(index.columns[0])
        if config is not None and type(config).__name__ == index.index_type:
            del configs[index.columns[0]]
    for column, config in configs.items():
        table.create_index(column, config=config)


def _vector_index(dimensions: int, rows: int) -> Any:  # noqa: ANN401 (one of two classes)
    """Choose the vector index: one bit per number if the dimensions are a multiple of 8.

    Building it takes 30 s for a million rows, a third of an index of whole vectors, and a
    thirtieth of the memory. `search.REFINED` says how many neighbours it misses.
    """
    from lancedb.index import IvfFlat, IvfRq

    partitions = isqrt(rows) // 4 or 1
    kind = IvfFlat if dimensions % 8 else IvfRq
    return kind(distance_type="cosine", num_partitions=partitions)
