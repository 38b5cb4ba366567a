"""Modbus TCP: devices that are asked for their registers, in turn and gently.

`pdu` and `adu` are the codecs, `read_point` and `read_place` the grammar of the registers of channels and devices,
`Connection` a client; all without Django. `poller` and `server` read what the registers name.
"""

from anshu.gateways.modbus.adu import Adu, decode, encode, split
from anshu.gateways.modbus.as_json import from_json, to_json
from anshu.gateways.modbus.client import Connection
from anshu.gateways.modbus.points import Place, Point, read_place, read_point

__all__ = [
    "Adu",
    "Connection",
    "Place",
    "Point",
    "decode",
    "encode",
    "from_json",
    "read_place",
    "read_point",
    "split",
    "to_json",
]
