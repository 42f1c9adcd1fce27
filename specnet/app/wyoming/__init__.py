"""A server of the Wyoming protocol, by which Home Assistant and Rhasspy ask for wake words.

The way of a sound: `server` (connections) -> `events` (what arrives) -> `session` (what one client wants) -> `words`
(the models) -> `listener` (the sound becomes segments). Protocol: https://github.com/OHF-Voice/wyoming.
"""
