"""The page Statistics: charts that filter each other, and the threads selected in them.

`crossfilter` is the widget with the charts; `views` shows the selected threads, pictures, coverage
and role policies.
"""
