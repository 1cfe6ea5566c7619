"""Split the bytes of a member into records: lines, elements of JSON arrays or rows of a CSV.

`split.pieces` detects how the records are framed, and reads them with `lines`, `json_values` or
`csv_rows`; `parquet_rows` reads Parquet. `embedded_json` finds objects in lines with other bytes
around them, `wrappers` finds tweets inside other JSON.
"""
