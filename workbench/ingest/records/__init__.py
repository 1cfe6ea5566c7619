"""Records: split the bytes of a member into records."""
