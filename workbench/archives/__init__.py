"""Archives: tar, zip, folders and single files as a sequence of members."""
