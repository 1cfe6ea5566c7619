"""Engines: the ways in which an embedding model is run."""
