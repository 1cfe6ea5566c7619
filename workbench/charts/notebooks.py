"""Show charts in Jupyter without a network.

altair's own renderer loads Vega from the network. JupyterLab contains Vega-Lite 5, which draws the
charts of this package as they are, in the colours of its theme. `workbench.charts` calls `enable`.
"""

from typing import Any

import altair as alt

from workbench import environment

#: Name of the renderer in `altair.renderers`.
NAME = "workbench"
#: The type that JupyterLab, Notebook 7 and VS Code draw themselves, and its schema.
MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
#: Width of a chart that otherwise fills its container, in pixels, with its labels.
WIDTH = 680

_UNCHANGED = "default"


def bundle(spec: dict[str, Any], **metadata: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401
    """Return a chart as the data and metadata of a notebook's output.

    Args:
        spec: The chart, as Vega-Lite 6.
        metadata: Options of Vega-Embed, for example `embed_options={"renderer": "svg"}`.

    Examples:
        >>> data, _ = bundle({"width": "container", "description": "Threads by size."})
        >>> data[MIME]["width"], data["text/plain"]
        (680, 'Chart. Threads by size.')
    """
    drawn = spec | {"$schema": SCHEMA}
    if drawn.get("width") == "container":
        # An output of a notebook has no width that a chart could fill.
        drawn |= {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    text = " ".join(part for part in ("Chart.", spec.get("description", "")) if part)
    return {MIME: drawn, "text/plain": text}, {MIME: metadata}


def enable() -> None:
    """Draw all altair charts of a notebook like this, unless another renderer was chosen."""
    alt.renderers.register(NAME, bundle)
    if environment.is_notebook() and alt.renderers.active == _UNCHANGED:
        alt.renderers.enable(NAME)
