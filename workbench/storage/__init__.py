"""Find the tables of a workspace on disk, and write files safely.

`workspace` knows every path, `tables` lists the tables, `runs` records how they were made. `atomic`
writes files that appear whole or not at all. `stamps` notices that a file was replaced,
`lock_owner` names the process that writes now, `os_errors` explains refusals of the operating
system.
"""

from workbench.storage.runs import Run
from workbench.storage.tables import TABLES
from workbench.storage.workspace import FORMAT, VARIABLE, Workspace

__all__ = ["FORMAT", "TABLES", "VARIABLE", "Run", "Workspace"]
