"""The help of `workbench` without a command: the commands by section."""

from typing import Any

from typer.core import TyperGroup

#: Sections, in order.
STAGES = "Run the stages"
READ = "Read the result"
MISSING = "Missing tweets"
TRAIN = "Known instructions, labels, classifiers"
RECIPES = "Recipes and formats"
EXPORTS = "Exports and deletions"
SECTIONS = (STAGES, READ, MISSING, TRAIN, RECIPES, EXPORTS)


class CommandList(TyperGroup):
    """A group of commands whose help lists them by section, see `SECTIONS`."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 (typer has its own click)
        """Write the name and the first sentence of every command."""
        commands = [self.commands[name] for name in self.list_commands(ctx)]
        width = max(len(str(command.name)) for command in commands)
        for section in SECTIONS:
            rows = [
                (str(command.name).ljust(width), command.get_short_help_str(formatter.width))
                for command in commands
                if getattr(command, "rich_help_panel", None) == section
            ]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)
