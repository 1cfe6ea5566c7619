"""Stage 3: encode the turns of threads as vectors and store them in LanceDB.

`build` brings the table of vectors in line with the turns. `embedders` loads a model, and `engines`
are the ways to run it. `search` finds turns by text or example, `projection` places threads in the
plane. torch, LanceDB and the like are imported by the functions that use them.
"""

from workbench.embeddings.build import from_threads
from workbench.embeddings.stored_vectors import batches, vectors

__all__ = ["batches", "from_threads", "vectors"]
