"""How one file is read and judged: bytes, guarded tree, shapes, truth rules, ties to other files.

`folder` and `schema` are the ways in.
"""
