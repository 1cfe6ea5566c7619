"""Input formats: turn the records of each tool into tweets."""

from workbench.ingest.formats.registry import FORMATS, InputFormat, by_name, detect, others

__all__ = ["FORMATS", "InputFormat", "by_name", "detect", "others"]
