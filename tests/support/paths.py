"""Where the repository and the public samples beside it are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Folder of dashboards.
APPS = ROOT / "apps"

#: Public samples beside the repository, see their README; absent on most machines.
REAL_DATA = ROOT.parent / "shared" / "data"
