import { madeBy } from '../../comment.js';
import type { Generator } from '../../generator.js';
import { type RegisterFacts, shapeWord } from './facts.js';
import {
  errorsText,
  pictureMethod,
  resultClass,
  resultText,
  sampleText,
  tablesText,
} from './python-parts.js';

/** `<name>_pynq.py`: Python 3 on a Zynq with PYNQ, by DMA where the overlay has an engine, else by registers. */
export function pynqInPython(facts: RegisterFacts, generator: Generator): Map<string, string> {
  const { name, hasEncoder, inShape, outShape } = facts;
  const words = (facts.hash.match(/.{8}/g) as string[]).map((word) => `0x${word}`);
  const text = `"""${facts.description.join('\n')}

    with Board("${name}_pynq_z2.bit") as board:
        print(board.${hasEncoder ? 'infer(features)' : 'infer_codes(codes)'}.class_number)
        results = board.${hasEncoder ? 'infer_all(rows)' : 'infer_all_codes(rows)'}  # one DMA transfer

${madeBy(generator)}
"""

import time
from typing import List, NamedTuple, Optional, Sequence
${hasEncoder ? `\nimport ${name}_encoder as encoder\n` : ''}
# What the registers from address 0 on say of this design.
WHO = (0x4553504C, 1, ${words.join(', ')}, ${shapeWord(inShape)}, ${shapeWord(outShape)})
IN_BEATS, IN_WIDTH_OF_BEAT = ${inShape.beats}, ${inShape.width}
OUT_BEATS, OUT_WIDTH_OF_BEAT = ${outShape.beats}, ${outShape.width}
IN_BYTES = ${facts.inBytes}
OUT_BYTES = ${facts.outBytes}
${tablesText(facts)}

_INPUT_OFFSET, _OUTPUT_OFFSET, _CONTROL, _STATUS, _FRAME_ERRORS = 0x20, 0x24, 0x28, 0x2C, 0x48
_START, _RESET, _BUSY, _DONE = 1, 2, 1, 2

${errorsText}

class NoDesign(BoardError):
    """No registers of Espalier answer there."""

${resultClass}

class Board:
    """The design on a Zynq, and the overlay it lies in.

    overlay: the path of the .bit, with its .hwh beside it, which PYNQ loads; or an overlay that is loaded already.
    timeout: seconds until a transfer is through. most: samples of one transfer.
    Raises NoDesign, OtherNetwork and NoAnswer.
    """

    def __init__(self, overlay, timeout: float = 1.0, most: int = 1024):
        import pynq

        self._pynq = pynq
        self._overlay = pynq.Overlay(overlay) if isinstance(overlay, str) else overlay
        self._registers = self._overlay.espalier
        self._dma = getattr(self._overlay, "dma", None)
        self._timeout = timeout
        self._most = most
        self._buffers = []
        self.identify()
        self._reset()
        if self._dma is not None:
            self._buffers = [pynq.allocate(shape=(most * size,), dtype="u1") for size in (IN_BYTES, OUT_BYTES)]

    def __enter__(self) -> "Board":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Gives the buffers back; the overlay stays."""
        for buffer in self._buffers:
            buffer.freebuffer()
        self._buffers = []

    def identify(self) -> None:
        """Looks who is there. Raises NoDesign and OtherNetwork."""
        said = tuple(self._registers.read(4 * at) for at in range(len(WHO)))
        if said[:2] != WHO[:2]:
            raise NoDesign(f"got 0x{said[0]:08X} version {said[1]}: is this the overlay of the design?")
        if said != WHO:
            raise OtherNetwork(f"the design says {_hash(said)}, wanted {_hash(WHO)}: load this design's overlay")
${
  hasEncoder
    ? `
    def infer(self, features: Sequence[float]) -> Result:
        """The design's answer to one sample of raw features. Raises ValueError for what is no sample."""
        return self.infer_all([features])[0]

    def infer_all(self, rows: Sequence[Sequence[float]]) -> List[Result]:
        """The same of many samples, as few transfers as possible."""
        return self.infer_all_codes([encoder.encode(row) for row in rows])
`
    : ''
}${pictureMethod(facts)}
    def infer_codes(self, codes: Sequence[int]) -> Result:
        """The design's answer to one sample of input codes."""
        return self.infer_all_codes([codes])[0]

    def infer_all_codes(self, rows: Sequence[Sequence[int]]) -> List[Result]:
        """The same of many samples."""
        samples = [_sample(codes) for codes in rows]
        exchange = self._exchange if self._dma is None else self._transfer
        results = []
        for start in range(0, len(samples), self._most):
            results += exchange(samples[start : start + self._most])
        return [_result(data) for data in results]

    def _transfer(self, samples: List[bytes]) -> List[bytes]:
        """A packet of samples by DMA."""
        sent, got = (buffer[: len(samples) * size] for buffer, size in zip(self._buffers, (IN_BYTES, OUT_BYTES)))
        sent[:] = bytearray(b"".join(samples))
        sent.flush()
        errors = self._registers.read(_FRAME_ERRORS)
        send, receive = self._dma.sendchannel, self._dma.recvchannel
        receive.transfer(got)
        send.transfer(sent)
        self._wait(lambda: send.idle and receive.idle, "DMA transfer")
        got.invalidate()
        dropped = self._registers.read(_FRAME_ERRORS) - errors
        if dropped:
            raise NoAnswer(f"the design dropped {dropped} samples of {len(samples)}")
        data = bytes(got)
        return [data[at : at + OUT_BYTES] for at in range(0, len(data), OUT_BYTES)]

    def _exchange(self, samples: List[bytes]) -> List[bytes]:
        """Samples one after the other by registers."""
        registers = self._registers
        inputs, outputs = registers.read(_INPUT_OFFSET), registers.read(_OUTPUT_OFFSET)
        if inputs == 0:
            raise NoDesign("the design's samples go by a stream, and the overlay has no dma")
        size_in, size_out = IN_WIDTH_OF_BEAT // 8, OUT_WIDTH_OF_BEAT // 8
        results = []
        for sample in samples:
            for beat in range(IN_BEATS):
                registers.write(inputs + 4 * beat, int.from_bytes(sample[size_in * beat :][:size_in], "little"))
            registers.write(_CONTROL, _START)
            self._wait(lambda: registers.read(_STATUS) & (_BUSY | _DONE) == _DONE, "inference")
            words = [registers.read(outputs + 4 * beat) for beat in range(OUT_BEATS)]
            results.append(b"".join(word.to_bytes(4, "little")[:size_out] for word in words))
        return results

    def _wait(self, done, what: str) -> None:
        deadline = time.monotonic() + self._timeout
        while not done():
            if time.monotonic() >= deadline:
                self._reset()
                raise NoAnswer(f"{what}: not through after {self._timeout} s; the design was reset")

    def _reset(self) -> None:
        """The DMA engine first: what it still sends would count as a new packet."""
        channels = [] if self._dma is None else [self._dma.sendchannel, self._dma.recvchannel]
        for channel in channels:
            channel.stop()
        self._registers.write(_CONTROL, _RESET)
        for channel in channels:
            channel.start()


def _hash(said) -> str:
    return "".join(f"{word:08x}" for word in said[2:6])

${sampleText}
${resultText}`;
  return new Map([[`${name}_pynq.py`, text]]);
}
