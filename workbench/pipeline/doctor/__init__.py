"""Find out what is wrong with a workspace, and make again what is safe to make again.

`examination` collects the faults: `tables` reads every table to its end, `own_files` reads what
people made themselves, `leftovers` looks for remains of killed runs, `caches` looks at the cache of
this user. `repair` applies the fixes. Called by `workbench doctor`.
"""

from workbench.pipeline.doctor.examination import examine, note_of
from workbench.pipeline.doctor.fault import Fault
from workbench.pipeline.doctor.repair import Repair, repair

__all__ = ["Fault", "Repair", "examine", "note_of", "repair"]
