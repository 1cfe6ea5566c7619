"""Judging: what the app for labels shows and does."""
