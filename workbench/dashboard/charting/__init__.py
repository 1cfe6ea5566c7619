"""Charting: what the app of statistics shows and does."""
