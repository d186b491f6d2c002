"""Matrix: events become invocations, replies become notices, and nothing of it is known elsewhere.

Read ``bridge.py`` first, then ``sync.py``. ``encryption.py`` is the one file that knows nio.
"""
