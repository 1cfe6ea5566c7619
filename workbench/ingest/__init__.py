"""Stage 1: read archives into one row per tweet, and a ledger that accounts for every line.

`build.from_archives` lists the members of the archives and groups them into tasks. `workers`
performs the tasks, in several processes for large dumps. `fetching` brings the bytes of remote
members, and `remote_archives` knows which archives need not be fetched again. For each member,
`opened_member` splits the bytes into `records` and detects the format (`formats`), and
`member_reader` lets the format pass tweets to a `Collector`. Each finished task leaves its tables
in the folder of `staging`, and `merge` turns them into the tables of the workspace. `preview` shows
how a file would be read, and suggests a column map.
"""

from workbench.ingest.build import from_archives

__all__ = ["from_archives"]
