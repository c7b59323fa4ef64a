import type { QuantizedNetwork } from '../../network/types.js';
import { madeBy } from '../comment.js';
import type { Generator } from '../generator.js';
import { numberLines, type SampleLayout } from './layout.js';
import { pictureInPython } from './picture-python.js';
import { doubleText, type EncoderTable, type EncoderTables, encoderTables, indexIn } from './tables.js';

/** The encoder as a Python 3 module without dependencies: `<name>_encoder.py`. @throws exchange/no-encoder */
export function encoderInPython(
  network: QuantizedNetwork,
  generator: Generator,
  layout: SampleLayout,
): Map<string, string> {
  const encoder = encoderTables(network, layout);
  return new Map([[`${network.name}_encoder.py`, moduleText(encoder, layout, generator)]]);
}

function moduleText(encoder: EncoderTables, layout: SampleLayout, generator: Generator): string {
  const at = (name: EncoderTable['name']) => name.toUpperCase() + indexIn(encoder, name);
  const { picture } = encoder;
  return `"""${encoder.description.join('\n')}

${madeBy(generator)}
"""

import math
${picture === undefined ? '' : 'import struct\n'}from typing import List, Sequence

FEATURES = ${encoder.features}
NAMES = (${encoder.names.map((name) => `\n    ${JSON.stringify(name)},`).join('')}${encoder.names.length > 0 ? '\n' : ''})
${encoder.tables.flatMap(tableLines).join('\n')}
BEATS = ${layout.beats}
BEAT_BYTES = ${layout.width / 8}
LSB = (  # lowest bit in the sample
${numberLines(
  layout.fields.map(({ lsb }) => lsb),
  '    ',
).join('\n')}
)
WIDTH = (  # bits of the code
${numberLines(
  layout.fields.map(({ width }) => width),
  '    ',
).join('\n')}
)


def encode(features: Sequence[float]) -> List[int]:
    """The input codes of one sample of raw features.

    Raises ValueError for a wrong number of features and for one that is not a number.
    """
    if len(features) != FEATURES:
        raise ValueError(f"got {len(features)} features, wanted {FEATURES}")
    return [_encode_one(feature, float(value)) for feature, value in enumerate(features)]


def _encode_one(feature: int, value: float) -> int:
    if math.isnan(value):
        name = f" ({NAMES[feature]})" if NAMES else ""
        raise ValueError(f"feature {feature}{name}: got NaN, wanted a number")
    span = ${at('maximum')} - ${at('minimum')}
    scaled = 0.0 if span == 0.0 else (value - ${at('minimum')}) / span * ${at('scale')}
    if scaled >= ${at('highest')}:
        return int(${at('highest')})
    if scaled <= ${at('lowest')}:
        return int(${at('lowest')})
    floored = math.floor(scaled)
    return floored + 1 if scaled - floored >= 0.5 else floored
${picture === undefined ? '' : pictureInPython(picture)}

def pack(codes: Sequence[int]) -> bytes:
    """The beats of a sample of codes, the first one first."""
    sample = 0
    for code, lsb, width in zip(codes, LSB, WIDTH):
        sample |= (code & ((1 << width) - 1)) << lsb
    return sample.to_bytes(BEATS * BEAT_BYTES, "little")
`;
}

function tableLines({ name, purpose, values }: EncoderTable): string[] {
  if (values.length === 1) return [`${name.toUpperCase()} = ${doubleText(values[0])}  # ${purpose}`];
  return [
    `${name.toUpperCase()} = (  # ${purpose}`,
    ...values.map((value) => `    ${doubleText(value)},`),
    ')',
  ];
}
