"""Overview: what home shows of a workspace: its rows, its stages, what to do next, the job."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

import marimo as mo

from workbench import deletions, pipeline, progress, render
from workbench.dashboard import addresses, jobs, navigation
from workbench.dashboard.curating import saved
from workbench.dashboard.home import watching
from workbench.exceptions import WorkbenchError
from workbench.holders import CLOCK, Holder
from workbench.packs import IDS
from workbench.reports import runs as reports
from workbench.styles import HOME
from workbench.workspace import Workspace


@dataclass(frozen=True)
class View:
    """What there was when the page looked.

    Args:
        version: What `version` gave then.
        workspace: The workspace; None where there is none yet.
        problem: Why it cannot be shown; empty where it can.
        states: How each stage stands.
        job: The job that was started last.
        holder: Who writes to the workspace, be it that job or another process.
        stage: Name of the stage that runs; empty where none does.
        held: Tweets deleted since, by the name of the pack that holds them.
        has_recipe: True where the workspace has a recipe of its own.
    """

    version: str = ""
    workspace: Workspace | None = None
    problem: str = ""
    states: tuple[pipeline.State, ...] = ()
    job: jobs.Job | None = None
    holder: Holder | None = None
    stage: str = ""
    held: tuple[tuple[str, int], ...] = ()
    has_recipe: bool = False

    @property
    def is_running(self) -> bool:
        """Tell whether a job is running that can be stopped here."""
        return self.job is not None and self.job.is_running

    @property
    def is_busy(self) -> bool:
        """Tell whether anything is running that others have to wait for."""
        return self.is_running or self.holder is not None

    @property
    def has_lines(self) -> bool:
        """Tell whether any dump has been read, be it in part."""
        return self.workspace is not None and self.workspace.has("ledger")

    @property
    def may_run(self) -> bool:
        """Tell whether there is something to go on from, and a stage to run."""
        return bool(self.stale) and self.states[0].last is not None

    @property
    def stale(self) -> list[str]:
        """Name the stages that have to run."""
        return [state.stage.name for state in self.states if not state.is_fresh]

    @property
    def kept(self) -> int:
        """Count the threads that the last selection kept."""
        runs = [state.last for state in self.states if state.stage.name == "select"]
        return sum(int(run.counts["kept"]) for run in runs if run)

    @property
    def may_go_on(self) -> bool:
        """Tell whether the last job ended before its end, with work left to do."""
        has_broken = self.job is not None and self.job.status in ("failed", "stopped", "lost")
        return has_broken and bool(self.stale)


def workspace() -> Workspace | None:
    """Find the workspace of this server; None where there is none yet."""
    place = Workspace.place()
    return Workspace.open(place) if (place / "workspace.json").exists() else None


def first_tab() -> str:
    """Name the tab that the page opens with: there is nothing to see before there are tweets."""
    try:
        found = workspace()
    except WorkbenchError:
        return "Overview"
    return "Overview" if View(workspace=found).has_lines else "Dumps"


def look() -> View:
    """See how the workspace of this server stands; a problem is told, not raised."""
    stamp = version()
    try:
        if (found := workspace()) is None:
            return View(stamp)
        recipe, problem = addresses.start(found)
        held = _held(found.root, _stamp(found, [f"6_exports/*/{IDS}", "1_tweets/deletions.*"]))
        states = pipeline.states(found, recipe)
        return View(
            version=stamp,
            workspace=found,
            problem=problem,
            states=tuple(states),
            job=jobs.last(found),
            holder=found.holder(),
            stage=_stage(found),
            held=tuple(held.items()),
            has_recipe=(found.root / saved.OWN).exists(),
        )
    except WorkbenchError as error:
        return View(stamp, problem=str(error))


def version() -> str:
    """Hash what the view depends on; cheap, for the page asks every other second."""
    try:
        if (found := workspace()) is None:
            return ""
        job, holder = jobs.last(found), found.holder()
    except WorkbenchError as error:
        return str(error)
    files = [saved.OWN, "*/*.json", "*/*.parquet", "6_exports/*/*.json"]
    told = job and (job.folder.name, job.status), holder and holder.began_at, _stage(found)
    return f"{_stamp(found, files)} {told}"


def _told(found: Workspace) -> progress.Told | None:
    """Tell how far that is which runs: a job, or else what a terminal started."""
    job, holder = jobs.last(found), found.holder()
    if job and job.is_running:
        return job.told
    told = progress.from_file(found.root / progress.FILE)
    return told if told and holder and told.began_at >= holder.began_at - CLOCK else None


def _stage(found: Workspace) -> str:
    told = _told(found)
    return told.stage if told else ""


def notice(view: View, tell: Callable[[str], None]) -> mo.Html:
    """Tell if the workspace is not as it was viewed any more; shows what runs now."""
    if (now := version()) != view.version:
        tell(now)
    if view.workspace is None:
        return mo.Html("")
    here = view.workspace
    return watching.panel(jobs.last(here), holder=here.holder(), told=_told(here))


def advice(view: View) -> tuple[str, list[str]]:
    """Say what to do next, and in which apps.

    Returns:
        One sentence, and files of apps that it leads to.
    """
    last = view.states[0].last if view.states else None
    if view.problem:
        said = view.problem
    elif view.is_running:
        said = "A job is running. It goes on when this page is closed."
    elif view.is_busy:
        said = "The workspace is being written to from elsewhere. Wait until that is done."
    elif view.job and view.may_go_on:
        said = f"{view.job.record.title} {watching.ENDED[view.job.status]}. Go on with it: what is "
        said += "read and encoded is not done again."
    elif last is None:
        said = "Choose your dumps under Dumps and read them, or make a sample to look around in."
    elif hint := reports.hint_after_ingest(last):
        said = f"Nothing to go on with: {hint}"
    elif view.stale:
        said = f"Run what is not up to date: {', '.join(view.stale)}."
    elif not view.kept:
        return "No thread is kept. Loosen the rule that removes most.", ["curate_export.py"]
    else:
        said = (
            f"All is up to date, {view.kept:,} threads are kept. Read some, then tune the filter."
        )
        return said, ["read_threads.py", "curate_export.py"]
    return said, []


def next_step(view: View) -> mo.Html:
    """Show what to do next, and what is amiss."""
    said, files = advice(view)
    links = " ".join(
        f'<a href="{navigation.link(file)}">{escape(navigation.PLACES[file].title)}</a>'
        for file in files
    )
    held = "".join(
        f'<p class="wb-warn">The pack {render.inline(name)} holds {count:,} tweets deleted since: '
        f"<code>workbench export {render.inline(name)} --redo</code> makes it again.</p>"
        for name, count in view.held
    )
    place = render.inline(str(view.workspace.root.resolve())) if view.workspace else "none yet"
    recipe = "its own recipe" if view.has_recipe else "the default recipe"
    with_recipe = f", with {recipe}" if view.workspace else ""
    return mo.Html(
        f'<style>{HOME}</style><p class="wb-place">Workspace <b>{place}</b>{with_recipe}</p>'
        f'<p class="wb-advice" data-testid="advice"><b>Next</b> {escape(said)} {links}</p>{held}'
    )


def stages(view: View) -> mo.Html:
    """Show how each stage stands: rows, when it last finished, and why it is stale if it is."""
    rows = ""
    for state in view.states:
        name, last = state.stage.name, state.last
        if view.stage == name:
            mark, said = "run", "running"
        elif state.is_fresh:
            mark, said = "fresh", "up to date" if last else "nothing to do: no thread is kept"
        else:
            mark, said = "stale", state.reason.replace("`", "")
        when = (
            f"{watching.moment(last.finished_at)}, in {watching.duration(last.seconds)}"
            if last
            else ""
        )
        rows += (
            f'<tr><th scope="row">{name}</th><td>{escape(state.stage.title)}</td>'
            f'<td class="wb-num" data-testid="rows-{name}">{escape(reports.rows(state))}</td>'
            f"<td>{when}</td>"
            f'<td data-testid="state-{name}"><span class="wb-state wb-{mark}">{escape(said)}</span>'
            "</td></tr>"
        )
    heads = "".join(
        f'<th scope="col"{" class=wb-num" if head == "Made" else ""}>{head}</th>'
        for head in ["Stage", "What it does", "Made", "Last finished", "State"]
    )
    return mo.Html(f'<table class="wb-grid"><tr>{heads}</tr>{rows}</table>')


def funnel(view: View) -> mo.Html:
    """Show what is left after each step, and which share of the step before that is."""
    steps = pipeline.funnel(view.workspace) if view.workspace else []
    rows, before = "", None
    for place, (title, count) in enumerate(steps):
        share = min(count / before, 1.0) if before else None
        bar = f'<span><i style="width:{share:.2%}"></i></span>' if share is not None else ""
        rows += (
            f'<tr><th scope="row">{escape(title)}</th>'
            f'<td class="wb-num" data-testid="step-{place}">{count:,}</td>'
            f'<td class="wb-num">{"" if share is None else f"{share:.1%}"}</td>'
            f'<td class="wb-share">{bar}</td></tr>'
        )
        before = count
    heads = '<th scope="col">Rows</th><th></th><th scope="col" colspan="2">of the step before</th>'
    return mo.Html(f'<table class="wb-grid wb-funnel"><tr>{heads}</tr>{rows}</table>')


def _stamp(found: Workspace, patterns: list[str]) -> str:
    """Hash when the files were changed that some patterns name."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in found.root.glob(pattern)):
        with suppress(FileNotFoundError):  # taken away meanwhile
            digest.update(f"{path} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def _held(root: Path, stamp: str) -> dict[str, int]:
    """Count the deleted tweets in each pack; `stamp` changes when one of the files does."""
    held = deletions.held_by_packs(Workspace(root))
    return {name: len(ids) for name, ids in held.items()}
