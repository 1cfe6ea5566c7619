"""Data files that ship with the workbench."""
