"""Listening to what is still going on: a microphone, or anything else that gives blocks of sound without end.

`live` is the loop; `commands` and `clips` are what may be done with a word: a program is run, its sound is kept.
"""
