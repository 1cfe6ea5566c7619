"""Stage 6, export: kept threads in; a pack of files that other tools load out."""

from workbench.export.build import TURNS_AT_ONCE, check_name, from_selection, preview, verify

__all__ = ["TURNS_AT_ONCE", "check_name", "from_selection", "preview", "verify"]
