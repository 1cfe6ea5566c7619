"""Stage 1: read archives into one row per tweet, and a ledger that accounts for every line.

`build.from_archives` lists the members of the archives and groups them into tasks. `workers`
performs the tasks, in several processes for large dumps. For each member, `member_reader` splits
the bytes into `records`, detects the format (`formats`) and lets it pass tweets to a `Collector`.
Each finished task leaves its tables in the staging folder, and `merge` turns them into the tables
of the workspace.
"""

from workbench.ingest.build import from_archives

__all__ = ["from_archives"]
