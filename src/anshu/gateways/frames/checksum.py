"""CRC-16 with the polynomial A001 from FFFF, lowest bit first, as SL651 and MODBUS compute it."""


def _row(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (0xA001 if byte & 1 else 0)
    return byte


_TABLE = tuple(_row(byte) for byte in range(256))


def crc16(data: bytes) -> int:
    """The checksum, 0 to FFFF. SL651 sends its high byte first, MODBUS its low byte."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc
