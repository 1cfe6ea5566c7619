"""The page Search: find threads by a text, by examples, or on a map.

`controls` reads the query, `queries` finds the nearest threads. `example_editor` keeps the threads
that one person searches with, `examples` shows them and adds them to the known instructions.
`map_view` and `brush` show the map, `results` lays out the results.
"""
