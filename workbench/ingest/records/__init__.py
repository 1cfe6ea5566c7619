"""Split the bytes of a member into records: lines, elements of JSON arrays or rows of a CSV.

`split.pieces` detects how the records are framed, and reads them with `lines`, `json_values` or
`csv_rows`.
"""
