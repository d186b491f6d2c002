"""How a typed reference to a text is read: symbols, dates, the words of bodies and titles.

`references` is the only way in.
"""
