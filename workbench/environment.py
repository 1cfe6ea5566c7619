"""Name the environment variables that more than one package reads."""

#: Folder of the workspace, for the command line, apps and notebooks.
WORKSPACE = "WORKBENCH_WORKSPACE"

#: File to which a command writes its progress. The dashboard sets it for its jobs.
PROGRESS = "WORKBENCH_PROGRESS"
