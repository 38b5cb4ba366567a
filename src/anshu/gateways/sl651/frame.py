"""The frame of SL 651-2014 (§6.2), binary and in ASCII, to the centre and from it: header, text, end mark, checksum."""

from dataclasses import dataclass

from anshu.gateways.frames.checksum import crc16
from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.frames.cutting import MORE, NO_FRAME, Shape

BINARY_HEAD, ASCII_HEAD = b"\x7e\x7e", b"\x01"
STX, ETX, EOT, ENQ, ACK, NAK, SYN, ETB, ESC = 0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x16, 0x17, 0x1B
ENDS = frozenset({ETX, ETB, ENQ, ACK, NAK, EOT, ESC})
HEX = frozenset(b"0123456789ABCDEFabcdef")
# A packet of several may be longer than 12 bits tell; with the highest bit set its direction could not be told.
MOST_TEXT, MOST_PACKET = 0xFFF, 0x7FFF


@dataclass(frozen=True, slots=True)
class Coding:
    """Where the fields of a header lie: bytes per byte of content, bytes of the head, of header and of the checksum."""

    head: bytes
    width: int

    @property
    def header(self) -> int:
        """Bytes before the mark that begins the text: head, centre, station, password, function, direction, length."""
        return len(self.head) + 11 * self.width

    @property
    def around(self) -> int:
        """Bytes of a frame that are not text."""
        return self.header + 2 + 2 * self.width

    def field(self, frame: bytes | bytearray, at: int, size: int) -> bytes:
        """`size` bytes of header content from content byte `at` on; ValueError when ASCII is no hexadecimal."""
        begin = len(self.head) + at * self.width
        raw = bytes(frame[begin : begin + size * self.width])
        if self.width == 1:
            return raw
        if not HEX.issuperset(raw):
            raise ValueError("the header holds something other than hexadecimal digits")
        return bytes.fromhex(raw.decode())

    def write(self, content: bytes) -> bytes:
        """Header content as it stands in a frame."""
        return content if self.width == 1 else content.hex().upper().encode()


BINARY, ASCII = Coding(BINARY_HEAD, 1), Coding(ASCII_HEAD, 2)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `station` 10 and `password` 4 hexadecimal digits; `text` what lies between the marks, without the
    packet's place; `packet` (number from 1, total) of a message in several packets; `end` the mark behind the text."""

    centre: int
    station: str
    password: str
    function: int
    text: bytes
    end: int = ETX
    downward: bool = False
    packet: tuple[int, int] | None = None
    ascii: bool = False


def coding_of(frame: bytes | bytearray, at: int = 0) -> Coding | None:
    """Which coding begins there, if any."""
    if frame.startswith(BINARY_HEAD, at):
        return BINARY
    return ASCII if frame.startswith(ASCII_HEAD, at) else None


def measure(buffer: bytearray, at: int) -> int:
    """Bytes of the frame that begins at `at`: see frames.cutting.Shape."""
    coding = coding_of(buffer, at)
    if coding is None:
        return MORE if BINARY_HEAD.startswith(bytes(buffer[at : at + 2])) else NO_FRAME
    mark_at = at + coding.header
    if coding is ASCII and not HEX.issuperset(buffer[at + 1 : mark_at]):
        return NO_FRAME
    if len(buffer) <= mark_at:
        return MORE
    header = buffer[at:mark_at]
    size = _text_size(int.from_bytes(coding.field(header, 9, 2), "big"), buffer[mark_at])
    if size is None:
        return NO_FRAME
    total = size + coding.around
    return total if len(buffer) - at >= total else MORE


def _text_size(word: int, mark: int) -> int | None:
    """The bytes of text that the word of direction and length says, or None where it cannot be."""
    if mark == SYN and 3 <= word <= MOST_PACKET:
        return word
    if mark in (STX, SYN) and word >> 12 in (0, 8):
        return word & MOST_TEXT if mark == STX or word & MOST_TEXT >= 3 else None
    return None


def fault(frame: bytes) -> str:
    """What is wrong with the end mark or the checksum of a frame of the right length, or nothing."""
    coding = coding_of(frame) or BINARY
    body, said = frame[: -2 * coding.width], frame[-2 * coding.width :]
    if body[-1] not in ENDS:
        return f"byte {len(body) - 1} is {body[-1]:02X} and no mark that ends a frame"
    computed = coding.write(crc16(body).to_bytes(2, "big"))
    if said.upper() != computed.upper():
        shown = (said.hex(), computed.hex()) if coding is BINARY else (ascii(said)[2:-1], computed.decode())
        return f"the checksum is {shown[0].upper()}, computed {shown[1].upper()}"
    return ""


SHAPE = Shape((BINARY_HEAD, ASCII_HEAD), measure, fault)


def parse(raw: bytes) -> Frame:
    """The frame in exactly these bytes; raises Undecodable."""
    size = measure(bytearray(raw), 0) if raw else NO_FRAME
    if size == NO_FRAME:
        raise Undecodable("no header of SL651 at byte 0")
    if size != len(raw):
        raise Undecodable(f"{len(raw)} bytes, by its length the frame has {size or 'more'}")
    if problem := fault(raw):
        raise Undecodable(problem)
    coding = coding_of(raw) or BINARY
    word = int.from_bytes(coding.field(raw, 9, 2), "big")
    downward, packet = word >> 12 == 8, None
    text = raw[coding.header + 1 : -1 - 2 * coding.width]
    if raw[coding.header] == SYN:
        place = int.from_bytes(text[:3], "big")
        packet, text = (place & 0xFFF, place >> 12), text[3:]
    addresses = coding.field(raw, 0, 6)
    station, centre = (addresses[:5], addresses[5]) if downward else (addresses[1:], addresses[0])
    return Frame(
        centre=centre,
        station=station.hex().upper(),
        password=coding.field(raw, 6, 2).hex().upper(),
        function=coding.field(raw, 8, 1)[0],
        text=text,
        end=raw[-1 - 2 * coding.width],
        downward=downward,
        packet=packet,
        ascii=coding is ASCII,
    )


def write(frame: Frame) -> bytes:
    """The bytes of a frame; ValueError where a field does not fit."""
    coding = ASCII if frame.ascii else BINARY
    text, most = frame.text, MOST_TEXT
    if frame.packet is not None:
        number, total = frame.packet
        if not (0 <= number <= 0xFFF and 0 <= total <= 0xFFF):
            raise ValueError(f"packet {number} of {total} cannot be written")
        text, most = (total << 12 | number).to_bytes(3, "big") + text, MOST_TEXT if frame.downward else MOST_PACKET
    if len(text) > most:
        raise ValueError(f"{len(text)} bytes of text, at most {most} fit")
    if frame.end not in ENDS:
        raise ValueError(f"{frame.end:02X} is no mark that ends a frame")
    station, centre = bytes.fromhex(frame.station), bytes([frame.centre])
    password = bytes.fromhex(frame.password)
    if len(station) != 5 or len(password) != 2:
        raise ValueError("a station has 10 hexadecimal digits, a password 4")
    addresses = station + centre if frame.downward else centre + station
    word = (0x8000 if frame.downward else 0) | len(text)
    header = addresses + password + bytes([frame.function]) + word.to_bytes(2, "big")
    mark = STX if frame.packet is None else SYN
    body = coding.head + coding.write(header) + bytes([mark]) + text + bytes([frame.end])
    return body + coding.write(crc16(body).to_bytes(2, "big"))
