"""The page Curate and export.

`recipe_editor` keeps the recipe that one person edits, with `undo`. `thread_lists` lists the
threads that the recipe keeps or removes, `compare` those on which two recipes differ.
`export_panel` and `export_estimates` show what an export would contain, `export_job` writes it.
"""
