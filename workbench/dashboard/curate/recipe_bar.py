"""The top of the sidebar: what is kept, what changed since the recipe was saved, and its menu.

The widget shows `now` and passes on what somebody asks for; `recipe_editor` does it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.session import recipe_files
from workbench.display.css import KEPT, LINE

#: What the browser can ask for, see `RecipeEditor`.
ACTIONS = ("undo", "redo", "save", "save_as", "load", "upload", "compare", "download")


class RecipeBar(anywidget.AnyWidget):
    """The summary of the selection, with Save, Undo, Redo and the menu of recipes.

    Args:
        act: Called with an action of `ACTIONS` and a text: a name, or the contents of a file.
            For `save_as`, the flag says whether to replace a recipe of that name.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    largest = traitlets.Int(recipe_files.LARGEST).tag(sync=True)
    #: Counts, see `RecipeEditor`.
    counts = traitlets.Dict().tag(sync=True)
    #: The recipe: its name, what undo and redo change, the recipes to load, and a message.
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, act: Callable[[str, str, bool], None]) -> None:
        self._act = act
        super().__init__()
        self.on_msg(self._take)

    def offer_download(self, text: str, *, name: str) -> None:
        """Let the browser that asked save a text as a file."""
        self.send({"download": text, "name": name})

    def _take(self, _: object, message: object, __: object) -> None:
        """Pass on what the browser asks for, which may be anything."""
        asked: Mapping[str, Any] = message if isinstance(message, dict) else {}
        action, text = asked.get("action"), asked.get("text", "")
        if action in ACTIONS and isinstance(text, str):
            self._act(str(action), text, asked.get("replace") is True)
