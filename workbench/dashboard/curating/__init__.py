"""Curating: what the app for filters and exports shows and does."""
