"""Alerts of a Prometheus, taken in as an Alertmanager takes them (API v2), or from one as a webhook.

An alert becomes a reading, not an alarm. An alarm here belongs to a rule and a channel, by constraint of the database,
and only the sense step raises one: so verdicts, levels, hold times, recovery and replay are the same whoever measured.
A device of the register with the protocol `prometheus` stands for a target of Prometheus: its address is JOB/INSTANCE,
INSTANCE, JOB or `*`, and the narrowest that fits is meant. A channel stands for an alert of that target: its point is
the alert's name, NAME{label=value,…} or `*`. The channel's value is the rank of the gravest alert that fires there (1
information, 2 warning, 3 error, 4 critical, from the label `severity`), 0 when none does; a ladder over the ranks makes
alarms of it, and one device `*` with one channel `*` is enough to begin. Alerts that nobody has registered go to
quarantine.

What Prometheus repeats each minute changes nothing: an alert is known by the fingerprint of its labels. It ends when
Prometheus says so, or is not heard of again. Let such a channel have `silent after` 0: no news is good news here.
"""
