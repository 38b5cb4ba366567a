"""SL 651-2014, the protocol of Chinese hydrological stations, as a library and as a door.

`decode(bytes) -> Message`, `encode(Message) -> bytes`, `to_json`, `from_json`; `Sl651` is the codec that the server of
frames hosts. Frames are binary or ASCII, upward or downward. Times are Beijing time and become aware instants.
"""

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.sl651.body import Body, Datum, Item, data_of
from anshu.gateways.sl651.door import Sl651
from anshu.gateways.sl651.elements import ELEMENTS, Element
from anshu.gateways.sl651.frame import Frame
from anshu.gateways.sl651.message import Message, body_of, decode, encode, from_json, to_json

__all__ = [
    "ELEMENTS",
    "Body",
    "Datum",
    "Element",
    "Frame",
    "Item",
    "Message",
    "Sl651",
    "Undecodable",
    "body_of",
    "data_of",
    "decode",
    "encode",
    "from_json",
    "to_json",
]
