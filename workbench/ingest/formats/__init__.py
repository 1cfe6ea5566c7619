"""Input formats: one module per tool or API, each turning records into tweets.

`registry` lists the formats and detects the format of a member. `v1_status`, `v2_tweet`,
`v2_errors` and `field_parsers` are shared by several formats. `column_format` is made from a column
map: one of `ready_maps`, or that of the recipe.
"""

from workbench.ingest.formats.registry import (
    FORMATS,
    InputFormat,
    by_name,
    detect,
    others,
)

__all__ = ["FORMATS", "InputFormat", "by_name", "detect", "others"]
