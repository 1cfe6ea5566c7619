"""Searching: what the app for search shows and does."""
