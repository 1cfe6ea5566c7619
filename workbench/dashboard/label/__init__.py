"""Label page."""
