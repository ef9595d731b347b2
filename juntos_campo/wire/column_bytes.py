"""Taking bytes and numbers from untrusted data, with a bound on what they unfold to."""

from __future__ import annotations

from juntos_campo.wire.framing import DamagedBodyError

_MOST_NUMBER_BITS = 7 * 1024
"""Of one number; its writer puts more than 64 bits only where all values of a column are the same."""


class BoundedBytes:
    """Bytes read from front to back. Every method raises DamagedBodyError or LookupError at their end."""

    def __init__(self, data: bytes, limit: int) -> None:
        """`limit`: how much may be charged in all."""
        self._data = data
        self._at = 0
        self._left = limit

    def finish(self) -> None:
        """Nothing may be left."""
        if self._at != len(self._data):
            raise DamagedBodyError("bytes behind the columns")

    def byte(self) -> int:
        """The next byte."""
        value = self._data[self._at]
        self._at += 1
        return value

    def number(self) -> int:
        """A whole number from 0 on, seven bits a byte."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > _MOST_NUMBER_BITS:
                raise DamagedBodyError("a number without end")

    def signed(self) -> int:
        """A whole number, its sign in the lowest bit."""
        value = self.number()
        return value >> 1 if value & 1 == 0 else -((value + 1) >> 1)

    def piece(self) -> bytes:
        """Bytes that begin with their number."""
        return self.take(self.number())

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self._at + size
        if end > len(self._data):
            raise DamagedBodyError("columns end too early")
        data = self._data[self._at : end]
        self._at = end
        return data

    def charge(self, length: int) -> None:
        """Count what the data unfolds to against the limit."""
        self._left -= length
        if self._left < 0:
            raise DamagedBodyError("columns unfold beyond their limit")
