"""Sort threads into bins and count the bins, for charts, sliders and filters.

`thread_facts` turns the scores into facets, `bins` and `bin_edges` choose their bins, and
`crossfilter` counts each facet among the threads that all other facets select. `score_axes` makes
the finer axes of the rules: the steps of a slider and the histogram above it.
"""
