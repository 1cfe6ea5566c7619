"""Read the scripts and styles of the widgets: files beside their modules, of the same name."""

from pathlib import Path

#: What the script of every widget may use.
_SHARED = Path(__file__).with_name("elements.js")


def script(module: str, *parts: str) -> str:
    """Return the JavaScript module of a widget, with what all widgets share before it.

    Args:
        module: `__file__` of the Python module.
        parts: Names of scripts beside it that come first.
    """
    own = Path(module)
    files = [_SHARED, *(own.with_name(name) for name in parts), own.with_suffix(".js")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def style(module: str) -> str:
    """Return the CSS of a widget.

    Args:
        module: `__file__` of the Python module.
    """
    return Path(module).with_suffix(".css").read_text(encoding="utf-8")
