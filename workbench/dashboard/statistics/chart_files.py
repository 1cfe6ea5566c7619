"""Write one chart as a picture or a table that holds exactly what its caption says."""

import polars as pl

from workbench import charts
from workbench.dashboard.components import chart_download
from workbench.dashboard.statistics import selections
from workbench.facets.crossfilter import Chosen, Crossfilter

#: Kinds of files -> MIME type.
MIMES = charts.image_files.MIMES | {"csv": "text/csv"}


def write(
    crossfiltered: Crossfilter, bins: Chosen, *, name: str, kind: str, is_log: bool = False
) -> bytes:
    """Write the selected threads by the bins of one facet.

    On the page, a chart also shows the bins that its own restriction leaves out, so that it can be
    changed. A file does not: its counts add up to the number of threads in its caption, except for
    hashtags, of which a thread can have several.

    Args:
        crossfiltered: The facets.
        bins: The selection.
        name: Name of the facet.
        kind: One of `MIMES`.
        is_log: Whether counts have a logarithmic scale.
    """
    facet = crossfiltered.facets[name]
    caption = selections.sentence(crossfiltered, bins)
    rows = charts.facets.frame(facet, facet.counts(crossfiltered.mask(bins)), only=bins.get(name))
    if kind == "csv":
        shown = rows.select(
            pl.col("label").alias(facet.title), "threads", pl.col("all").alias("all threads")
        )
        return chart_download.table(shown, caption=caption).encode()
    drawn = charts.facets.picture(facet, rows, subtitle=caption, is_log=is_log)
    return charts.image_files.image(drawn, kind)
