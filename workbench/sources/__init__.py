"""Sources: one module a dump format."""
