"""Charts: frames of a few hundred rows -> altair charts; no text of a tweet gets into one."""

import sys

# altair imports jsonschema, which takes two seconds to compile a grammar of international addresses
# where JupyterLab has installed it; without that, charts are checked all the same. This comes
# before the modules below, which import altair.
_hidden = sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
import altair  # noqa: E402, F401

if _hidden is None:
    del sys.modules["rfc3987_syntax"]

from workbench.charts import (  # noqa: E402
    curves,
    evaluation,
    facets,
    image_files,
    maps,
    timelines,
)
from workbench.charts.funnels import attribution, funnel  # noqa: E402
from workbench.charts.histograms import histogram, spark  # noqa: E402
from workbench.charts.theme import Layers  # noqa: E402
from workbench.facets.score_axes import bins  # noqa: E402

__all__ = [
    "Layers",
    "attribution",
    "bins",
    "curves",
    "evaluation",
    "facets",
    "funnel",
    "histogram",
    "image_files",
    "maps",
    "spark",
    "timelines",
]
