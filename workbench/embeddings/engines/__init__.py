"""Run an embedding model: exactly, in 8 bits, or as a table of token vectors.

`workbench.embeddings.embedders` chooses the engine. Everything else uses an `Embedder` and does not
know which engine is behind it.
"""
