"""Home: what the app of that name shows and does."""
