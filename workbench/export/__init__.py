"""Stage 6: write the kept threads as an export, a folder of files that training tools load.

`batches` reads the kept threads and `splits` divides them; `privacy` cleans their texts, `roles`
decides who is prompter and who is assistant, and `conversation_trees` builds the trees.
`record_units` divides the trees, with `reply_ratings` for pairs of replies. The modules in
`formats` make records of the units, `record_meta` describes these, `file_writers` writes each
file, and `data_files` all of them. `manifest` and `dataset_card` describe the result;
`verification` checks it.
"""

from workbench.export.build import TURNS_AT_ONCE, from_selection, preview
from workbench.export.folder_checks import check_free, check_name
from workbench.export.verification import verify

__all__ = ["TURNS_AT_ONCE", "check_free", "check_name", "from_selection", "preview", "verify"]
