import type { PictureFacts } from './tables.js';

/** The function that encodes a picture, without dependencies. */
export function pictureInPython({ height, width, channels, antialias }: PictureFacts): string {
  return `

PICTURE_HEIGHT, PICTURE_WIDTH, PICTURE_CHANNELS = ${height}, ${width}, ${channels}
_FLOAT = struct.Struct("f")


def _single(value: float) -> float:
    return _FLOAT.unpack(_FLOAT.pack(value))[0]


${antialias ? COVERED : NEAREST}

def _weigh(weights: Sequence[float], levels: Sequence[float]) -> float:
    total = 0.0
    for weight, level in zip(weights, levels):
        total = _single(total + _single(weight * level))
    return total


${channels === 3 ? COLOURS : GREY}

def encode_picture(samples: Sequence[int], height: int, width: int, channels: int) -> List[int]:
    """The input codes of a picture of 8 bits a sample, rows from the top, the channels of a pixel side by side.

    Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. Raises ValueError for lengths that do not fit.
    """
    if height < 1 or width < 1 or not 1 <= channels <= 4 or len(samples) != height * width * channels:
        raise ValueError(f"got {len(samples)} samples of {height} x {width} x {channels}, wanted a picture")
    rows = [_span(place, height, PICTURE_HEIGHT) for place in range(PICTURE_HEIGHT)]
    columns = [_span(place, width, PICTURE_WIDTH) for place in range(PICTURE_WIDTH)]
    narrow = {}
    for row in {first + tap for first, weights in rows for tap in range(len(weights))}:
        begin = row * width * channels
        pixels = [samples[at:at + channels] for at in range(begin, begin + width * channels, channels)]
        narrow[row] = [
            _weigh(weights, [_level(pixels[first + tap], channel) for tap in range(len(weights))])
            for first, weights in columns
            for channel in range(PICTURE_CHANNELS)
        ]
    features = []
    for first, weights in rows:
        taps = [narrow[first + tap] for tap in range(len(weights))]
        for at in range(PICTURE_WIDTH * PICTURE_CHANNELS):
            level = min(max(_weigh(weights, [tap[at] for tap in taps]), 0.0), 255.0)
            features.append(math.floor(level * 256 + 0.5) / 256)  # eight bits behind the point
    return encode(features)
`;
}

const NEAREST = `def _span(place: int, of: int, to: int):
    """The first of the two places on either side, and their weights; beyond the edge the edge itself."""
    at = _single(_single(_single(place + 0.5) * _single(of / to)) - 0.5)
    below = math.floor(at)
    first = min(max(below, 0), of - 1)
    share = _single(at - below)
    return (first, (_single(1 - share), share)) if min(below + 1, of - 1) > first else (first, (1.0,))

`;

const COVERED = `def _span(place: int, of: int, to: int):
    """The first of the places that are covered, and their weights: a triangle, made to sum to 1."""
    scale = of / to
    radius = max(scale, 1.0)
    centre = (place + 0.5) * scale
    first = max(0, math.ceil(centre - radius - 0.5))
    last = min(of - 1, math.floor(centre + radius - 0.5))
    raw = [max(0.0, 1 - abs((at + 0.5 - centre) / radius)) for at in range(first, last + 1)]
    total = 0.0
    for weight in raw:  # one by one: sum() is more exact in newer versions
        total += weight
    return first, [_single(weight / total) for weight in raw]

`;

const COLOURS = `def _level(pixel: Sequence[int], channel: int) -> float:
    return float(pixel[0 if len(pixel) < 3 else channel])

`;

const GREY = `def _level(pixel: Sequence[int], _channel: int) -> float:
    if len(pixel) < 3 or pixel[0] == pixel[1] == pixel[2]:
        return float(pixel[0])
    return _single(0.2989 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2])

`;
