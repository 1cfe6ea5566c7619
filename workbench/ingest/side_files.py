"""Know the files that systems put beside the files of their users, and leave them out.

A Mac adds a file of attributes to each file of a zip or tar: `__MACOSX/._a.json` or `._a.json`.
"""

from workbench.archives.member import Member

#: First bytes of AppleDouble files, and of `.DS_Store`.
_KINDS = {
    b"\x00\x05\x16\x07": "attributes that a Mac has added, not read",
    b"\x00\x00\x00\x01Bud1": "the view of a folder on a Mac, not read",
}

_MAC_FOLDER = "__MACOSX/"


def reason_to_leave_out(member: Member) -> str | None:
    """Say why a member is not read; None if it is read. Only names are looked at."""
    is_of_mac = member.name.startswith(_MAC_FOLDER) or f"/{_MAC_FOLDER}" in member.name
    return "attributes that a Mac has added, not read" if is_of_mac else None


def kind_to_leave_out(head: bytes) -> str | None:
    """Say why a member is not read, by its first bytes; None if it is read."""
    return next((reason for magic, reason in _KINDS.items() if head.startswith(magic)), None)
