"""Names of the export formats and their encodings, to check a recipe when it is read.

`workbench.export.formats` has a module for each of them; a test compares both lists.
"""

from difflib import get_close_matches

_JSON_LINES = ("jsonl", "jsonl.gz", "jsonl.zst")
_FLAT = (*_JSON_LINES, "parquet")

#: Format -> its encodings, default first.
EXPORT_FORMATS: dict[str, tuple[str, ...]] = {
    "oasst": _JSON_LINES,
    "oasst_messages": _JSON_LINES,
    "messages": _FLAT,
    "prompt_completion": _FLAT,
    "preference": _FLAT,
    "kto": _FLAT,
    "sharegpt": _FLAT,
    "instruction": ("parquet", *_JSON_LINES),
    "alpaca": _FLAT,
    "dialog": _JSON_LINES,
    "tree": _JSON_LINES,
    "ids": ("txt",),
}


def problem(name: str) -> str:
    """Return why a recipe cannot name a format; empty if it can.

    Args:
        name: A format, like `messages`, or one of its encodings, like `messages.parquet`.

    Examples:
        >>> problem("messages.parquet")
        ''
        >>> problem("ids.jsonl")
        'The format `ids` cannot be written as `jsonl`; choose ids.txt.'
    """
    format_name, _, encoding = name.partition(".")
    if format_name not in EXPORT_FORMATS:
        near = get_close_matches(format_name, EXPORT_FORMATS, n=1)
        guess = f"; did you mean `{near[0]}`?" if near else "."
        known = ", ".join(EXPORT_FORMATS)
        return f"There is no export format `{format_name}`{guess} The formats are {known}."
    encodings = EXPORT_FORMATS[format_name]
    if encoding and encoding not in encodings:
        choices = ", ".join(f"{format_name}.{each}" for each in encodings)
        return f"The format `{format_name}` cannot be written as `{encoding}`; choose {choices}."
    return ""
