"""Workspaces on disk: where each table is, and how files are written safely."""

from workbench.storage.workspace import FORMAT, TABLES, VARIABLE, Run, Workspace

__all__ = ["FORMAT", "TABLES", "VARIABLE", "Run", "Workspace"]
