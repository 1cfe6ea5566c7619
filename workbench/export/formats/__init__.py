"""Export formats: one module per record shape, each with a strict model."""

from workbench.export.formats.registry import FORMATS, Target, Unit, by_name

__all__ = ["FORMATS", "Target", "Unit", "by_name"]
