"""Session: state, jobs and files of a dashboard; knows no component."""
