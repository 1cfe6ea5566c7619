"""Find the tables of a workspace on disk, and write files safely.

`workspace` knows every path, `tables` lists the tables, `runs` records how they were made. `atomic`
writes files that appear whole or not at all, `snapshots` reads tables as they were when they were
opened. `stamps` notices that a file was replaced. `locks` keeps other processes from writing,
`lock_owner` names the one that writes now, `os_errors` explains refusals of the operating system.
"""

from workbench.storage.runs import Run
from workbench.storage.tables import TABLES
from workbench.storage.workspace import FORMAT, VARIABLE, Workspace

__all__ = ["FORMAT", "TABLES", "VARIABLE", "Run", "Workspace"]
