"""Stage 1, ingest: archives in; one row per tweet and a ledger of every line out."""

from workbench.ingest.build import from_archives

__all__ = ["from_archives"]
