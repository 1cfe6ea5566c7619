"""Display: tweets and threads as safe HTML."""
