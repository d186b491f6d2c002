"""How an entry of each kind reads: from what the base knows to the blocks of an answer."""
