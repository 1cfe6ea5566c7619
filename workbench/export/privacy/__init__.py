"""Privacy: pseudonyms for authors and masks for personal data in texts."""
