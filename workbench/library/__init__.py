"""The library: what notebooks and scripts call, through the names of `workbench` itself."""
