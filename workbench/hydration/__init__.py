"""Hydration: missing tweets, listed by value and fetched through the official API."""
