import { numberLines } from '../layout.js';
import type { DriverFacts } from './facts.js';

/** Pieces that every driver in Python has, whatever the board is reached by. */

const tuple = (name: string, numbers: readonly (number | string)[], note: string): string =>
  [
    `${name} = (  # ${note}`,
    ...(numbers.every((one) => typeof one === 'number')
      ? numberLines(numbers as number[], '    ')
      : numbers.map((one) => `    ${one},`)),
    ')',
  ].join('\n');

/** Labels, where a sample has the inputs, and a result its fields. */
export const tablesText = ({ input, fields, labels }: DriverFacts): string =>
  `LABELS = (${labels.map((label) => `\n    ${JSON.stringify(label)},`).join('')}${labels.length > 0 ? '\n' : ''})
${tuple(
  'IN_LSB',
  input.map(({ lsb }) => lsb),
  'per feature, its lowest bit in the sample',
)}
${tuple(
  'IN_WIDTH',
  input.map(({ width }) => width),
  'bits of its code',
)}
${tuple(
  'FIELDS',
  fields.map(
    ({ kind, lsb, width, signed, fraction }) =>
      `("${kind}", ${lsb}, ${width}, ${signed ? 'True' : 'False'}, ${fraction})`,
  ),
  'of a result: kind, lowest bit, bits, signed, fraction bits',
)}`;

export const errorsText = `class BoardError(Exception):
    """What a board, or the line to it, did wrong."""


class NoAnswer(BoardError):
    """Nothing right came back, however often it was tried."""


class OtherNetwork(BoardError):
    """The board holds another network than this driver is for."""
`;

export const resultClass = `class Result(NamedTuple):
    """What the board says of one sample."""

    class_number: Optional[int]
    label: Optional[str]
    values: List[float]
    codes: List[int]
    probability: Optional[float]
`;

/** The method for pictures, where the encoder takes them. */
export const pictureMethod = ({ hasPictures }: DriverFacts): string =>
  hasPictures
    ? `
    def infer_picture(self, samples: Sequence[int], height: int, width: int, channels: int) -> Result:
        """The answer to one picture, as the encoder's encode_picture takes it. Raises ValueError for what is none."""
        return self.infer_codes(encoder.encode_picture(samples, height, width, channels))
`
    : '';

/** A sample's bytes of its codes. */
export const sampleText = `
def _sample(codes: Sequence[int]) -> bytes:
    if len(codes) != len(IN_LSB):
        raise ValueError(f"got {len(codes)} codes, wanted {len(IN_LSB)}")
    sample = 0
    for code, lsb, width in zip(codes, IN_LSB, IN_WIDTH):
        sample |= (code & ((1 << width) - 1)) << lsb
    return sample.to_bytes(IN_BYTES, "little")
`;

export const resultText = `
def _result(data: bytes) -> Result:
    bits = int.from_bytes(data, "little")
    class_number, label, probability = None, None, None
    codes, values = [], []
    for kind, lsb, width, signed, fraction in FIELDS:
        code = (bits >> lsb) & ((1 << width) - 1)
        if signed and code >> (width - 1):
            code -= 1 << width
        value = code * 2.0**-fraction
        if kind == "value":
            codes.append(code)
            values.append(value)
        elif kind == "class":
            class_number = code
            label = LABELS[code] if LABELS else None
        else:
            probability = value
    return Result(class_number, label, values, codes, probability)
`;
