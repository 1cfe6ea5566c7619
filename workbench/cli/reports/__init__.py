"""Build the tables and texts that the command line prints.

Everything that comes from a dump goes through `sanitize.visible`, so that no tweet and no file name
can send control characters to the terminal.
"""

from rich.text import Text

from workbench.text import sanitize


def safe(text: str) -> Text:
    """Make a text from a dump harmless to a terminal."""
    return Text(sanitize.visible(text))
