import { madeBy } from '../../comment.js';
import type { Generator } from '../../generator.js';
import type { SerialFacts } from './facts.js';
import {
  errorsText,
  pictureMethod,
  resultClass,
  resultText,
  sampleText,
  tablesText,
} from './python-parts.js';

/** `<name>_driver.py`: Python 3, on pyserial or whatever reads and writes bytes. */
export function driverInPython(facts: SerialFacts, generator: Generator): Map<string, string> {
  const { name, hasEncoder } = facts;
  const text = `"""${facts.description.join('\n')}

    with Board("/dev/ttyUSB0") as board:
        print(board.${hasEncoder ? 'infer(features)' : 'infer_codes(codes)'}.class_number)

${madeBy(generator)}
"""

import time
from typing import List, NamedTuple, Optional, Sequence
${hasEncoder ? `\nimport ${name}_encoder as encoder\n` : ''}
BAUD = ${facts.baud}
TIMEOUT = ${facts.milliseconds / 1000}  # seconds: sample and result on the line at that rate, the design, and the host
HASH = bytes.fromhex("${facts.hash}")  # of the network, as the board says it
IN_BYTES = ${facts.inBytes}
OUT_BYTES = ${facts.outBytes}
${tablesText(facts)}

_GOOD, _BAD_CRC, _OTHER_LENGTH, _CUT_OFF, _BUSY, _IDENTITY = range(6)


${errorsText}
${resultClass}
class Board:
    """The board on a serial line.

    port: the name of a serial port, for which pyserial is needed; or what has read(count), which gives up to so many
    bytes and waits no longer than about a tenth of a second, and write(data).
    timeout: seconds until an answer is there; a slower line needs more. retries: how often a frame is sent again.
    Raises OtherNetwork and NoAnswer.
    """

    def __init__(self, port, timeout: float = TIMEOUT, retries: int = 3, baud: int = BAUD):
        self._opened = isinstance(port, str)
        if self._opened:
            import serial  # pip install pyserial

            port = serial.Serial(port, baud, timeout=0.05)
        self._line = port
        self._timeout = timeout
        self._retries = retries
        self._sequence = 0
        self._received = bytearray()
        self.retried = 0
        try:
            self.identify()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Board":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Closes the port, if this driver has opened it."""
        if self._opened:
            self._line.close()

    def identify(self) -> None:
        """Asks the board who it is. Raises OtherNetwork."""
        said = self._exchange(b"")
        wanted = bytes([1]) + IN_BYTES.to_bytes(2, "little") + OUT_BYTES.to_bytes(2, "little") + HASH
        if said != wanted:
            raise OtherNetwork(f"the board says {said.hex()}, wanted {wanted.hex()}: program it with this design")
${
  hasEncoder
    ? `
    def infer(self, features: Sequence[float]) -> Result:
        """The board's answer to one sample of raw features. Raises ValueError for what is no sample."""
        return self.infer_codes(encoder.encode(features))
`
    : ''
}${pictureMethod(facts)}
    def infer_codes(self, codes: Sequence[int]) -> Result:
        """The board's answer to one sample of input codes."""
        return _result(self._exchange(_sample(codes)))

    def _exchange(self, payload: bytes) -> bytes:
        refused = "silence"
        for attempt in range(self._retries + 1):
            self.retried += attempt > 0
            self._sequence = (self._sequence + 1) & 255
            body = bytes([self._sequence]) + len(payload).to_bytes(2, "little") + payload
            self._line.write(b"\\xA5\\x5A" + body + _crc(body).to_bytes(2, "big"))
            status, said = self._answer()
            if status == (_GOOD if payload else _IDENTITY):
                return said
            refused = "silence" if status is None else f"status {status}"
        # Once a length may be damaged on the way; every time it is not.
        if refused == f"status {_OTHER_LENGTH}":
            raise OtherNetwork(f"the board takes no samples of {IN_BYTES} bytes: program it with this design")
        raise NoAnswer(f"{refused} after {self._retries + 1} attempts of {self._timeout} s: port, baud rate, board?")

    def _answer(self):
        """Status and payload of the answer to this sequence number, or of the board's refusal; None after the time."""
        deadline = time.monotonic() + self._timeout
        while True:
            frame = self._frame()
            if frame is not None:
                sequence, status, payload = frame
                if sequence == self._sequence or status in (_BAD_CRC, _OTHER_LENGTH, _CUT_OFF):
                    return status, payload
                continue
            if time.monotonic() >= deadline:
                return None, b""
            self._received += self._line.read(max(1, 8 + OUT_BYTES - len(self._received)))

    def _frame(self):
        """The first whole frame of what was received, or None."""
        received = self._received
        while True:
            start = received.find(b"\\xC3\\x3C")
            if start < 0:
                del received[: max(0, len(received) - 1)]
                return None
            del received[:start]
            if len(received) < 4:
                return None
            status = received[3]
            length = OUT_BYTES if status == _GOOD else 13 if status == _IDENTITY else 2
            if len(received) < 4 + length + 2:
                return None
            body, crc = bytes(received[2 : 4 + length]), bytes(received[4 + length : 6 + length])
            if status > _IDENTITY or _crc(body).to_bytes(2, "big") != crc:
                del received[:2]
                continue
            del received[: 6 + length]
            return body[0], status, body[2:]


def _crc(data: bytes) -> int:
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


${sampleText}
${resultText}`;
  return new Map([[`${name}_driver.py`, text]]);
}
