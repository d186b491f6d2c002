"""How full text is indexed and found: documents, folding, queries, snippets.

`search` is the only way in.
"""
