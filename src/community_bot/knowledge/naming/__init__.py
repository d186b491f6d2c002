"""How a typed name is compared with known ones: spelling, sounds, roles of words, the decision.

`names` is the only way in.
"""
