"""The page Label.

`queue` chooses the next thread to label, `annotator` shows it and writes the label. `experiment`
trains a classifier on the labels and compares it with the one in use, `evaluation` measures both.
"""
