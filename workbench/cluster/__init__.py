"""Run the stages on many machines: Daft joins and shuffles, workers call the same functions.

The driver sees lists of files and counts. Whatever a stage computes is computed by the function
that the local engine calls, once per part: parts are cut so that no result depends on two of them.
"""
