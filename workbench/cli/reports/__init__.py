"""Reports: what the command line shows, as tables for a terminal.

Everything that comes from a dump goes through `render.visible`, so that no tweet and no file name
can steer the terminal.
"""

from rich.text import Text

from workbench.text import sanitize


def safe(text: str) -> Text:
    """Make a text of a dump harmless to a terminal."""
    return Text(sanitize.visible(text))
