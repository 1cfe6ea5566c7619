"""The page Search: find threads by a text, by examples, or on a map.

`controls` reads the query, `queries` finds the nearest threads, `examples` keeps threads to
search with, `map_view` and `brush` show the map. `results` lays out the results.
"""
