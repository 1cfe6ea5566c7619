"""Reader: what lists of threads, and a thread to read, are made of."""
