"""HJ 212, the protocol of Chinese environmental monitoring (editions 2005, 2017, 2025), as a library and as a door.

`decode(bytes) -> Message`, `encode(Message) -> bytes`, `groups(data)`, `to_json`, `from_json`; `seal` and `unseal` are
the encryption of the 2025 edition; `Hj212` is the codec that the server of frames hosts. Times are Beijing time and
become aware instants.
"""

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.hj212.as_json import from_json, to_json
from anshu.gateways.hj212.codes import COMMANDS, FLAGS, POLLUTANTS, SYSTEMS
from anshu.gateways.hj212.door import Hj212
from anshu.gateways.hj212.frame import Habit, checksum
from anshu.gateways.hj212.message import Message, decode, encode, groups, instant, written
from anshu.gateways.hj212.sealing import key_of, seal, unseal
from anshu.gateways.hj212.values import readings_of

__all__ = [
    "COMMANDS",
    "FLAGS",
    "POLLUTANTS",
    "SYSTEMS",
    "Habit",
    "Hj212",
    "Message",
    "Undecodable",
    "checksum",
    "decode",
    "encode",
    "from_json",
    "groups",
    "instant",
    "key_of",
    "readings_of",
    "seal",
    "to_json",
    "unseal",
    "written",
]
