"""Draw frames of a few hundred rows as altair charts.

Words of tweets reach a chart only as plain text: in the tooltips of `maps` and the labels of
`facets`. The dashboard and the notebooks use this package; no stage does.
"""

import sys

# altair imports jsonschema. If JupyterLab has installed a grammar of international addresses,
# jsonschema takes two seconds to compile it. Charts are validated without it too, so it is hidden
# before the modules below import altair.
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
    notebooks,
    timelines,
)
from workbench.charts.funnels import attribution, funnel  # noqa: E402
from workbench.charts.histograms import histogram  # noqa: E402
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
    "notebooks",
    "timelines",
]

notebooks.enable()
