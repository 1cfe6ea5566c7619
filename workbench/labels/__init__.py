"""Labels that people set by hand: who labelled what, when, and with which text.

Labels are stored apart from the tables of the stages, so they survive a new run of any stage. They
are erased with their tweets. `store` reads and writes the table, `files` exports and imports it,
`agreement` compares people. The classifiers train on labels.
"""

from workbench.labels.files import export_file, import_file, texts_of
from workbench.labels.store import (
    BULK,
    LONGEST_NAME,
    OF_REPLIES,
    OF_TWEETS,
    OWN,
    OWN_AT_RANDOM,
    OWN_IN_BULK,
    SETTLED,
    add,
    check_name,
    current,
    forget_deleted,
    latest,
    load,
    put,
    source,
    take_back,
    take_back_bulk,
)

__all__ = [
    "BULK",
    "LONGEST_NAME",
    "OF_REPLIES",
    "OF_TWEETS",
    "OWN",
    "OWN_AT_RANDOM",
    "OWN_IN_BULK",
    "SETTLED",
    "add",
    "check_name",
    "current",
    "export_file",
    "forget_deleted",
    "import_file",
    "latest",
    "load",
    "put",
    "source",
    "take_back",
    "take_back_bulk",
    "texts_of",
]
