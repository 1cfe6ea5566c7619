"""Labels: what people judge by hand, kept apart from the data; who, when, what, on which words."""

from workbench.labels.files import export_file, import_file, texts_of
from workbench.labels.store import (
    OF_REPLIES,
    OF_TWEETS,
    OWN,
    OWN_AT_RANDOM,
    add,
    current,
    forget_deleted,
    latest,
    load,
    source,
    take_back,
)

__all__ = [
    "OF_REPLIES",
    "OF_TWEETS",
    "OWN",
    "OWN_AT_RANDOM",
    "add",
    "current",
    "export_file",
    "forget_deleted",
    "import_file",
    "latest",
    "load",
    "source",
    "take_back",
    "texts_of",
]
