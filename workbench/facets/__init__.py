"""Facets: bins and counts for charts that filter each other."""
