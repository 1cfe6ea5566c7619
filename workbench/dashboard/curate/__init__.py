"""The page Curate and export.

`recipe_editor` keeps the recipe that one person edits, with `undo`. `thread_lists` lists the
threads that the recipe keeps or removes, `compare` those on which two recipes differ.
`export_form` shows the formats with an example each and starts `export_job`, which writes them;
`export_panel` and `export_estimates` are the other settings and the counts of all formats.
"""
