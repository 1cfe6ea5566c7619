"""Stage 3, embeddings: opening tweets in; vectors in LanceDB out."""

from workbench.embeddings.build import batches, from_threads, vectors

__all__ = ["batches", "from_threads", "vectors"]
