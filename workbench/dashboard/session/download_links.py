"""Addresses of the files of exports, see `export_downloads`; this module loads nothing slow."""

from urllib.parse import quote

#: First part of the addresses, relative to that of a page.
PREFIX = "export-files"


def link(name: str, file: str) -> str:
    """Return the address of a file of an export.

    Examples:
        >>> link("first", "messages.jsonl")
        'export-files/first/messages.jsonl'
    """
    return f"{PREFIX}/{quote(name)}/{quote(file)}"


def zip_name(name: str) -> str:
    """Return the name of the zip file of an export."""
    return f"{name}.zip"


def is_link(path: str) -> bool:
    """Check whether the path of a request is such an address, below any base address.

    Examples:
        >>> is_link("/base/export-files/first/messages.jsonl"), is_link("/export-files")
        (True, False)
    """
    parts = path.split("/")
    return len(parts) >= 4 and parts[-3] == PREFIX
