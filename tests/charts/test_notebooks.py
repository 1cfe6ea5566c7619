"""Charts in a notebook are drawn by JupyterLab's own Vega-Lite, without a network."""

import altair as alt
import polars as pl
import pytest

from workbench import charts, environment
from workbench.charts import notebooks


@pytest.fixture
def renderers():
    """Put the renderer of this process back."""
    before = alt.renderers.active
    yield alt.renderers
    alt.renderers.enable(before)


def test_output_of_a_chart_needs_no_network(renderers, monkeypatch):
    monkeypatch.setattr(environment, "is_notebook", lambda: True)
    renderers.enable("default")
    notebooks.enable()
    bins = charts.bins(pl.DataFrame({"turns": [2, 3], "kept": [True, False]}), "turns")
    data, metadata = charts.histogram(bins, title="Turns")._repr_mimebundle_()
    assert set(data) == {notebooks.MIME, "text/plain"}
    assert metadata == {notebooks.MIME: {}}
    assert data[notebooks.MIME]["width"] == notebooks.WIDTH
    assert "1 kept, 1 removed" in data["text/plain"]


def test_another_renderer_and_other_programs_are_left_alone(renderers, monkeypatch):
    renderers.enable("default")
    notebooks.enable()
    assert renderers.active == "default"
    monkeypatch.setattr(environment, "is_notebook", lambda: True)
    renderers.enable("png")
    notebooks.enable()
    assert renderers.active == "png"
