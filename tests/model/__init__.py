"""A small model of two schemes in plain Python: what every command must answer, and what is in the books afterwards.

It shares no code with the engine's decisions: `rules`, `books`, `folding`, `wallets` and the acts of each part of the
story are written from what the packs and the commands promise.  `mirror` stands an engine beside it.
"""
