"""The help lists every command once, in its section."""

from tests.support.command_line import call
from workbench.cli import app, sections


def names(commands):
    return {command.name or command.callback.__name__ for command in commands}


def test_help_lists_every_command_in_one_section(folder):
    output = call("--help")[1]
    places = [output.index(f"{section}:\n") for section in sections.SECTIONS]
    assert places == sorted(places)
    listed = [line.split()[0] for line in output[places[0] :].splitlines() if line.startswith("  ")]
    every = names(app.registered_commands) | {group.name for group in app.registered_groups}
    assert sorted(listed) == sorted(every)


def test_the_descriptions_of_all_sections_are_aligned(folder):
    output = call("--help")[1].split(f"{sections.STAGES}:")[1]
    rows = [line for line in output.splitlines() if line.startswith("  ")]
    starts = {len(line) - len(line[2:].split(maxsplit=1)[1]) for line in rows}
    assert len(starts) == 1
