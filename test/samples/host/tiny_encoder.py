"""tiny: raw features to input codes.

Codes: ufixed<4,0>, value = code / 2^4.
MinMax scaling, rounding half up, saturation; a feature whose maximum is its minimum gives 0.
In IEEE double precision: a feature that was rounded to single precision can give another code.
Packed: a sample is 2 beats of 8 bits of the input stream, one after the other,
each with its lowest byte first; s_axis_tlast is 1 with the last beat alone.

Made by Espalier 0.0.0: espalier export c
"""

import math
from typing import List, Sequence

FEATURES = 3
NAMES = (
    "radius",
    "texture",
    "constant",
)
MINIMUM = (  # gives 0
    -1.5,
    0.0,
    7.0,
)
MAXIMUM = (  # gives 1
    2.5,
    0.1,
    7.0,
)
SCALE = 16.0  # codes per 1
LOWEST = 0.0  # the smallest code
HIGHEST = 15.0  # the largest code
BEATS = 2
BEAT_BYTES = 1
LSB = (  # lowest bit in the sample
    0, 4, 8,
)
WIDTH = (  # bits of the code
    4, 4, 4,
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
    span = MAXIMUM[feature] - MINIMUM[feature]
    scaled = 0.0 if span == 0.0 else (value - MINIMUM[feature]) / span * SCALE
    if scaled >= HIGHEST:
        return int(HIGHEST)
    if scaled <= LOWEST:
        return int(LOWEST)
    floored = math.floor(scaled)
    return floored + 1 if scaled - floored >= 0.5 else floored


def pack(codes: Sequence[int]) -> bytes:
    """The beats of a sample of codes, the first one first."""
    sample = 0
    for code, lsb, width in zip(codes, LSB, WIDTH):
        sample |= (code & ((1 << width) - 1)) << lsb
    return sample.to_bytes(BEATS * BEAT_BYTES, "little")
