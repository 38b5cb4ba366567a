"""GB/T 26875.3-2011: fire alarms from the user information transmission units (用户信息传输装置) of buildings.

`decode` and `encode` turn one frame into a `Frame` and back, `split` cuts a stream, `reply` confirms or denies, `Line`
makes what a centre sends down; all of it pure. `to_json` and `from_json` are for people. `FireUnits` is the door.
"""

from anshu.gateways.gb26875.as_json import from_json, to_json
from anshu.gateways.gb26875.door import FireUnits
from anshu.gateways.gb26875.frame import Frame, Line, decode, encode, reply, split

__all__ = ["FireUnits", "Frame", "Line", "decode", "encode", "from_json", "reply", "split", "to_json"]
