"""Column maps: read tables by the names of their columns.

`ColumnFormat` is an input format that is made from a `recipe.ColumnMap`: the one of the recipe, or
a ready one for a known tool in `ready_maps`. `values` parses cells. `guess` suggests a map for a
table that no format knows.
"""

from workbench.ingest.columns.column_format import ColumnFormat, of_recipe
from workbench.ingest.columns.guess import guess

__all__ = ["ColumnFormat", "guess", "of_recipe"]
