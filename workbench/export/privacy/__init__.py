"""Clean the turns of an export: pseudonyms for people, masks for personal data.

`anonymize` is the entry point; the other modules find one kind of personal data each.
"""
