"""Labels that people set by hand: who labelled what, when, and with which text.

Labels are stored apart from the tables of the stages, so they survive a new run of any stage. They
are erased with their tweets. `store` reads and writes the table, `files` exports and imports it.
The classifiers train on labels.
"""

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
