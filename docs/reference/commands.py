"""Describe every command, from the parser of the command line."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from docs.reference import markdown
from workbench.cli import app
from workbench.cli.sections import SECTIONS


def page() -> str:
    """Return the page of all commands, by the sections of `workbench --help`."""
    program: Any = typer.main.get_command(app)
    parts = [
        "`workbench COMMAND --help` prints the same. Every command has `-q`, which prints errors "
        "only. The default workspace is `workspace/`, or the folder that `WORKBENCH_WORKSPACE` "
        "names. Commands exit with 0 if all is well, with 1 after an error, with 2 if an option is "
        "wrong, and with 130 if they were stopped."
    ]
    for section in SECTIONS:
        parts.append(f"## {section}")
        for name, command in program.commands.items():
            if command.rich_help_panel == section:
                parts += _command(f"workbench {name}", command)
    return markdown.page("Commands", *parts)


def _command(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 (typer has its own click)
    subcommands = getattr(command, "commands", {})
    context = typer.Context(command, info_name=name)
    yield f"### {name.removeprefix('workbench ')}"
    about, _, example = command.help.partition("Example:")
    yield markdown.text(about.strip())
    if subcommands:
        for inner, subcommand in subcommands.items():
            yield from _command(f"{name} {inner}", subcommand)
        return
    yield "\n".join(["```text", " ".join(command.get_usage(context).split())[7:], "```"])
    parameters = [each for each in command.params if each.name != "quiet"]
    records = [each.get_help_record(context) for each in parameters]
    rows = [
        (f"`{names}`", markdown.text(" ".join(about.split())))
        for names, about in filter(None, records)
    ]
    yield markdown.table(["argument or option", "meaning"], rows)
    if examples := re.findall(r"`(workbench[^`]*)`", example):
        yield "\n".join(["```text", *examples, "```"])
