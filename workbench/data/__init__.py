"""Files that ship with the workbench: texts, labels, trained classifiers and word lists."""
