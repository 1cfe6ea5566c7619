"""The progress of a run in a notebook and in a terminal."""

import io

import IPython.display
from rich.console import Console

from workbench import environment
from workbench.library import progress_view
from workbench.progress import ProgressRecord
from workbench.storage import Run

HALF = ProgressRecord("embed", 50, 100, 0.0, reported_at=10.0, number=3, stages=6)
DONE = Run("select", "", 0.0, 0.25, {"threads": 3, "kept": 1, "removed": 2})


class Output:
    """Stands in for one output of a cell."""

    def __init__(self):
        self.shown = []

    def display(self, html, *, display_id):
        assert display_id
        self.shown.append(html.data)
        return self

    def update(self, html):
        self.shown.append(html.data)


def test_a_notebook_shows_one_output_that_changes(monkeypatch):
    output = Output()
    monkeypatch.setattr(IPython.display, "display", output.display)
    monkeypatch.setattr(environment, "is_notebook", lambda: True)
    view = progress_view.of_this_process(is_shown=True)
    with view:
        view.show(HALF)
        view.log(DONE)
    during, after, end = output.shown
    assert 'value="0.5000"' in during
    assert "stage 3 of 6: embed" in during
    assert "<b>select</b> 3 threads -&gt; 1 kept, 2 removed" in after
    assert "<progress" not in end
    assert "1 kept" in end


def test_a_notebook_shows_nothing_if_no_stage_runs(monkeypatch):
    output = Output()
    monkeypatch.setattr(IPython.display, "display", output.display)
    with progress_view.InNotebook():
        pass
    assert output.shown == []


def test_a_terminal_shows_a_bar_and_a_line_per_stage():
    view = progress_view.InTerminal()
    view._console = Console(file=io.StringIO(), force_terminal=True, width=100, highlight=False)
    with view:
        view.show(HALF)
        view.log(DONE)
    text = view._console.file.getvalue()
    assert "3 threads -> 1 kept, 2 removed" in text


def test_nothing_is_shown_without_a_terminal_or_when_it_is_not_wanted(capsys):
    for view in (progress_view.of_this_process(is_shown=shown) for shown in (True, False)):
        with view:
            view.show(HALF)
            view.log(DONE)
    assert capsys.readouterr() == ("", "")
