"""Arguments and options that several commands have, and their defaults."""

import os
from pathlib import Path
from typing import Annotated

import typer

from workbench import environment

WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace",
        "-w",
        envvar=environment.WORKSPACE,
        help="Folder or bucket that contains the tables.",
    ),
]
RecipeOption = Annotated[
    Path | None,
    typer.Option("--recipe", "-r", help="TOML file of settings; `workbench recipe` prints one."),
]
Paths = Annotated[
    list[str],
    typer.Argument(
        help="Tar or zip files, folders, single files and globs, also addresses such as "
        "`s3://bucket/july/*.tar`; `-` is standard input."
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", help="Format of every member; detected from the content by default."),
]
Workers = Annotated[
    int, typer.Option(min=1, show_default="one per core", help="Processes that read members.")
]
ClusterWorkers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        show_default="one per core, of the cluster if there is one",
        help="Processes that work at once.",
    ),
]

EngineOption = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="[local|daft|ray]",
        help="Where the stages run: child processes, Daft on this machine, or a Ray cluster.",
    ),
]
RayAddressOption = Annotated[
    str, typer.Option("--ray-address", help="The cluster: `auto`, HOST:PORT or ray://HOST:PORT.")
]

DEFAULT_WORKSPACE = Path("workspace")
DEFAULT_WORKERS = os.cpu_count() or 1


QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
