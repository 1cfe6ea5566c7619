"""The export formats, one module each: how to make a record, and its strict model."""

from workbench.export.formats.registry import FORMATS, Target, Unit, by_name, register

__all__ = ["FORMATS", "Target", "Unit", "by_name", "register"]
