"""Train, store and apply the prompt classifier and the reply classifier.

Both are calibrated linear models of surface features (`prompt_features`, `reply_features`) and of
vectors. `training_data` gathers labelled texts, `training` fits and calibrates a `Model`, and
`model_file` reads and writes it. The stage `score` then calls `from_threads` of `prompt_classifier`
and `reply_classifier` for every thread.

`experiments` trains on the labels of a workspace without changing it, `evaluation` measures
classifiers, and `active_learning` suggests threads to label next. Callers import these modules.
"""
