"""The page Label.

`queue` chooses the next thread to label, `annotator` shows it and writes the label. `training`
trains a classifier on the labels and puts it to use. `experiment` compares it with the one in use,
`evaluation` measures both.
"""
