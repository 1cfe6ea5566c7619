"""The form that writes an export, without a browser."""

import pytest

from tests.support import fakes
from workbench.dashboard.curate import export_job
from workbench.dashboard.curate.export_form import ExportForm
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe


@pytest.fixture
def workspace(tmp_path):
    return fakes.workspace(tmp_path / "ws", threads=30)


@pytest.fixture
def form(workspace):
    calls = []
    made = ExportForm(
        workspace,
        ["messages"],
        on_formats=calls.append,
        on_write=lambda name, overwrite: calls.append((name, overwrite)),
    )
    made.calls = calls
    return made


def send(form, **message):
    form._handle_custom_msg(message, [])


def test_a_free_name_is_proposed(form, workspace):
    assert form.now == {"name": "pack-1", "free": "pack-1", "problem": ""}
    (workspace.exports_path / "pack-1").mkdir(parents=True)
    form.check()
    assert form.now["free"] == "pack-2"
    assert "is not an export" in form.now["problem"]


@pytest.mark.parametrize("name", ["../outside", "", "a/b", "x" * 300])
def test_a_bad_name_is_refused_and_nothing_is_written(form, name):
    send(form, action="write", name=name, replace=True)
    assert form.now["problem"]
    assert form.calls == []


def test_write_passes_the_name_on(form):
    send(form, action="write", name="mine", replace=True)
    assert form.calls == [("mine", True)]


def test_only_known_formats_are_chosen_and_at_least_one(form):
    send(form, action="formats", chosen=["nonsense", {"a": 1}, "oasst", "messages"])
    assert form.calls == [("oasst", "messages")]
    send(form, action="formats", chosen=[])
    send(form, action="formats", chosen="oasst")
    send(form, action=["formats"])
    assert form.calls == [("oasst", "messages")]
    assert form.chosen == ["oasst", "messages"]


def test_a_format_with_an_encoding_has_a_card_of_its_own(form):
    form.show(["messages.parquet"])
    assert "messages.parquet" in [each["name"] for each in form.formats]
    assert form.chosen == ["messages.parquet"]


def test_nothing_can_be_written_without_a_kept_thread(form, workspace):
    session = ScoresSession(workspace, workspace.read("scores"))
    strict = Recipe.model_validate({"select": {"turns": {"min": 10**6}}})
    form.fill(session, session.verdicts(strict.select), recipe=strict)
    assert "is kept" in form.now["problem"]
    assert form.examples["messages"]["problem"] == "No thread is kept."
    form.fill(session, session.verdicts(Recipe().select), recipe=Recipe())
    assert form.now["problem"] == ""


def test_a_running_job_is_in_the_way(workspace, monkeypatch):
    class Job:
        is_running = True

        class record:  # noqa: N801 (stands in for an attribute)
            title = "Reading the dumps"

    monkeypatch.setattr(export_job.jobs, "last", lambda _: Job)
    assert "“Reading the dumps” is running" in export_job.obstacle(workspace, "mine")
