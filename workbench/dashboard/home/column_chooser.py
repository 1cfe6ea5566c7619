"""Choose which columns of a file contain the fields of a tweet: the column map of the recipe.

Home shows the first rows of the first chosen dump. If no format knows them, it offers a column for
each field. `ColumnChooser` keeps what one person chooses; it changes in callbacks only.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import marimo as mo
from pydantic import ValidationError

from workbench.dashboard.session import recipe_files
from workbench.display import html
from workbench.exceptions import RecipeError, WorkbenchError
from workbench.ingest import column_guess, preview
from workbench.ingest.preview import Preview
from workbench.recipe import IngestSettings
from workbench.recipe.column_map import EPOCHS, FIELDS, ColumnMap
from workbench.storage import Workspace
from workbench.text import sanitize

#: The fields that most tables have. The others are offered below them.
COMMON = ("tweet_id", "text", "author_name", "created_at", "reply_to_id", "conversation_id")

#: Fields of a tweet to show of a file that can be read.
_SHOWN = ("tweet_id", "author_name", "created_at", "reply_to_id", "text")

#: Most columns to draw and to offer, and most characters of a name or a value.
_COLUMNS_SHOWN = 12
_COLUMNS_OFFERED = 300
_WIDEST = 80

#: The control for `created_at_format`, which is no column.
TIME_FORMAT = "created_at_format"


class ColumnChooser:
    """The columns that one person chooses, by file.

    Controls are made again when the page changes, for example while a job runs. So what was chosen
    is kept here, and new controls begin with it.
    """

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, ...], dict[str, Any]] = {}

    def controls(self, shown: Preview | None, workspace: Workspace | None) -> mo.ui.dictionary:
        """Return a dropdown per field, with the columns of a file; none without a file.

        They begin with what was chosen before for such columns, else with the map of the recipe
        if it fits, else with a guess.
        """
        if shown is None or not shown.columns:
            return mo.ui.dictionary({})
        names = _names(shown.columns[:_COLUMNS_OFFERED])
        labels = {column: name for name, column in names.items()}
        first = self._chosen.get(shown.columns) or _first_choice(shown, workspace)
        controls: dict[str, Any] = {
            field: mo.ui.dropdown(
                names, labels.get(first.get(field) or ""), label=_title(field), full_width=True
            )
            for field in FIELDS
        }
        controls[TIME_FORMAT] = mo.ui.text(
            first.get(TIME_FORMAT) or "",
            label=f"Format of the time: {' or '.join(EPOCHS)}, or like %d/%m/%Y %H:%M",
            max_length=100,
            full_width=True,
        )

        def keep(values: dict[str, Any]) -> None:
            self._chosen[shown.columns] = values

        return mo.ui.dictionary(controls, on_change=keep)

    def save(self, workspace: Workspace, values: Mapping[str, Any]) -> None:
        """Write the chosen columns into the recipe of a workspace.

        Args:
            workspace: The workspace.
            values: Value of `controls`.

        Raises:
            RecipeError: If the id or the text has no column, or the recipe cannot be read.
        """
        columns = {field: value for field, value in values.items() if value}
        if missing := [field for field in ("tweet_id", "text") if field not in columns]:
            msg = f"No column is chosen for {' and '.join(map(_title, missing))}."
            raise RecipeError(msg, hint="choose the column with the id or the link, and the text.")
        try:
            column_map = ColumnMap.model_validate(columns)
        except ValidationError as error:
            problem = "; ".join(
                each["msg"].removeprefix("Value error, ") for each in error.errors()
            )
            msg = f"The column map is not valid: {problem}."
            raise RecipeError(msg, hint="correct the format of the time.") from error
        _write(workspace, column_map)
        self._chosen.clear()

    def remove(self, workspace: Workspace) -> None:
        """Remove the column map from the recipe of a workspace."""
        _write(workspace, None)
        self._chosen.clear()


def look(dumps: list[Path], workspace: Workspace | None) -> tuple[Preview | None, str]:
    """Look at the first rows of the first chosen dump, with the column map of the recipe.

    Returns:
        What was seen, None without a dump; and an error text, empty if there is no error.
    """
    if not dumps:
        return None, ""
    try:
        settings = recipe_files.own(workspace).ingest if workspace else IngestSettings()
        stat = dumps[0].stat()
        return _look(dumps[0], (stat.st_mtime_ns, stat.st_size), settings), ""
    except WorkbenchError as error:
        return None, str(error)
    except OSError as error:
        return None, f"{sanitize.plain(str(dumps[0]))} cannot be read: {error}."


@lru_cache(maxsize=8)
def _look(path: Path, stamp: tuple[int, int], settings: IngestSettings) -> Preview:
    """Read the first rows. A new `stamp` means that the file has changed."""
    return preview.of_file(path, settings=settings)


def is_needed(shown: Preview | None) -> bool:
    """Return whether nothing can be read without a column map."""
    return shown is not None and bool(shown.columns) and not shown.tweets


def has_map(workspace: Workspace | None) -> bool:
    """Return whether the recipe of a workspace has a column map."""
    try:
        return workspace is not None and recipe_files.own(workspace).ingest.columns is not None
    except RecipeError:
        return False


def fields(controls: mo.ui.dictionary) -> mo.Html:
    """Lay out the controls of the columns.

    The cell that makes the controls calls this. Any other cell that reads them runs again at each
    choice, and drawing the controls again loses a choice that is made meanwhile.
    """
    if not controls.elements:
        return mo.Html("")
    common = [controls[name] for name in COMMON]
    others = [controls[name] for name in controls if name not in COMMON]
    return mo.vstack([_grid(common), mo.accordion({"More fields": _grid(others)})])


def panel(shown: Preview | None, laid_out: mo.Html, buttons: list[Any]) -> mo.Html:
    """Show how a file would be read, and the `fields` to choose.

    These are open if they are needed, else folded away.
    """
    if shown is None or not shown.columns:
        return mo.Html("")
    choices = mo.vstack([laid_out, mo.hstack(buttons, justify="start")])
    if is_needed(shown):
        return mo.vstack([_table(shown), choices])
    return mo.vstack([_table(shown), mo.accordion({"Choose the columns yourself": choices})])


def _grid(controls: list[Any]) -> mo.Html:
    pairs = [controls[at : at + 2] for at in range(0, len(controls), 2)]
    return mo.vstack([mo.hstack(pair, widths="equal", gap=1) for pair in pairs])


def _table(shown: Preview) -> mo.Html:
    """Draw the first tweets if there are any, else the first rows as they are."""
    file = html.inline(" ".join(filter(None, [Path(shown.archive).name, shown.name])))
    if shown.tweets:
        about = f"{file} is read as <b>{escape(shown.format or '')}</b>. Its first tweets:"
        heads = list(_SHOWN)
        rows = [[tweet[field] for field in heads] for tweet in shown.tweets]
    else:
        about = (
            f"No format knows {file}. Choose the column of each field, at least those of the id "
            "and the text. Its first rows:"
        )
        if shown.format:
            reasons = "; ".join(shown.rejects) or "no tweet in the first rows"
            about = f"{file} looks like {escape(shown.format)}, but: {html.inline(reasons)}."
        heads = list(shown.columns[:_COLUMNS_SHOWN])
        numbers = range(len(shown.records))
        rows = [[shown.value(number, column) for column in heads] for number in numbers]
    head = "".join(f'<th scope="col">{_cell(name)}</th>' for name in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>" for row in rows
    )
    more = len(shown.columns) - len(heads) if not shown.tweets else 0
    rest = f'<p class="wb-said">and {more} more columns</p>' if more > 0 else ""
    return mo.Html(
        f'<div data-testid="first-rows"><p class="wb-said">{about}</p><div class="wb-wide">'
        f'<table class="wb-grid"><tr>{head}</tr>{body}</table></div>{rest}</div>'
    )


def _cell(value: object) -> str:
    return "" if value is None else html.inline(sanitize.plain(str(value), most=_WIDEST))


def _names(columns: tuple[str, ...]) -> dict[str, str]:
    """Return the columns by the names that people see, which are plain and distinct."""
    names: dict[str, str] = {}
    for column in columns:
        name = sanitize.plain(column, most=_WIDEST)
        names[name if name not in names else f"{name} #{len(names)}"] = column
    return names


def _first_choice(shown: Preview, workspace: Workspace | None) -> dict[str, Any]:
    if workspace is not None and has_map(workspace):
        named = recipe_files.own(workspace).ingest.columns
        if named and all(columns[0] in shown.columns for columns in named.named().values()):
            first = {field: columns[0] for field, columns in named.named().items()}
            return first | {TIME_FORMAT: named.created_at_format}
    return dict(shown.guess or column_guess.guess(shown.records))


def _title(field: str) -> str:
    """Return the label of a field: what the map says about it."""
    description = ColumnMap.model_fields[field].description or field
    return f"{field}: {description}"


def _write(workspace: Workspace, column_map: ColumnMap | None) -> None:
    recipe = recipe_files.own(workspace)
    ingest = recipe.ingest.model_copy(update={"columns": column_map})
    recipe_files.save(workspace, "", recipe.model_copy(update={"ingest": ingest}))
