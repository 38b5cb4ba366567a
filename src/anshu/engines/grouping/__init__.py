"""Alarms put together that tell of one event: near one another in place and time, and of one family of causes.

    groups, changes = group(groups, linking, alarms)

Two alarms are *linked* when they lie within `near_m` of each other, their instants within `within_s`, and their causes
are of one family. A *group* is what hangs together by links, over any number of steps: a street that floods sensor by
sensor is one group. So the outcome does not depend on the order in which alarms come (only which number a group has
does): an alarm that links two groups makes one of them, the one opened first takes the other in, and the caller is
told.

Everything here is a pure function of its arguments. Alarms are forgotten, and their groups closed, once they are more
than `within_s` plus `late_s` older than the newest alarm; one that comes later than that opens a group of its own.
"""

from anshu.engines.grouping.groups import Alarm, Change, Groups, Linking, What, group

__all__ = ["Alarm", "Change", "Groups", "Linking", "What", "group"]
