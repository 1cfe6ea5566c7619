"""Curate and export page."""
