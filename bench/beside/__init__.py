"""What `bench/peers.py` compares: one stream, one set of rules, and each engine that judges them.

`stream` and `rules` are what all of them are given, `alarms` is how their answers are compared, `plain` the rules as
plain Python; then one module for each engine. `bringing` brings a peer into a scratch folder when it is not there.
"""
