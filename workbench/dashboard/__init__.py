"""Dashboard: what the apps share, between the stages and the page."""
