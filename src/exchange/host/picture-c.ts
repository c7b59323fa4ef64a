import type { PictureFacts } from './tables.js';

const prototype = (name: string) =>
  `int ${name}_encode_picture(const ${name}_picture_t *picture, ${name}_code_t codes[${name.toUpperCase()}_FEATURES])`;

/** What the header says of pictures. */
export function pictureHeaderInC(name: string, { height, width, channels }: PictureFacts): string {
  const upper = name.toUpperCase();
  return `/* The size that pictures are brought to. */
#define ${upper}_HEIGHT ${height}U
#define ${upper}_WIDTH ${width}U
#define ${upper}_CHANNELS ${channels}U

typedef struct {
    const uint8_t *samples; /* rows from the top, the channels of a pixel side by side */
    uint32_t height;
    uint32_t width;
    uint32_t channels;      /* 1: grey, 2: grey and alpha, 3: RGB, 4: RGBA */
} ${name}_picture_t;

/* Returns 0; -1 without any code where a length is 0 or channels are not 1 to 4. No memory is taken. */
${prototype(name)};

`;
}

/**
 * The function that encodes a picture. Products of floats are exact in doubles, and every conversion to float rounds once, so that no
 * compiler that contracts products and sums can change a bit; where doubles are multiplied and added, the product goes through memory.
 */
export function pictureInC(name: string, facts: PictureFacts): string {
  const upper = name.toUpperCase();
  return `
${facts.antialias ? COVERED : NEAREST}
${levelText(name, facts)}
static float add_product(float sum, float weight, float level)
{
    const float product = (float)((double)weight * (double)level);

    return (float)((double)sum + (double)product);
}

static float across(const ${name}_picture_t *picture, uint32_t row, const span_t *columns, uint32_t channel)
{
    float sum = 0.0F;

    for (uint32_t tap = 0U; tap < columns->count; tap++) {
        sum = add_product(sum, weight_of(columns, tap), level_at(picture, row, columns->first + tap, channel));
    }
    return sum;
}

/* Levels keep eight bits behind the point. */
static double kept_level(float level)
{
    const double limited = (level < 0.0F) ? 0.0 : ((level > 255.0F) ? 255.0 : (double)level);

    return (double)(uint32_t)((limited * 256.0) + 0.5) / 256.0;
}

${prototype(name)}
{
    uint32_t feature = 0U;

    if ((picture->height == 0U) || (picture->width == 0U) || (picture->channels == 0U) || (picture->channels > 4U)) {
        return -1;
    }
    for (uint32_t y = 0U; y < ${upper}_HEIGHT; y++) {
        const span_t rows = span_of(y, picture->height, ${upper}_HEIGHT);

        for (uint32_t x = 0U; x < ${upper}_WIDTH; x++) {
            const span_t columns = span_of(x, picture->width, ${upper}_WIDTH);

            for (uint32_t channel = 0U; channel < ${upper}_CHANNELS; channel++) {
                float sum = 0.0F;

                for (uint32_t tap = 0U; tap < rows.count; tap++) {
                    sum = add_product(sum, weight_of(&rows, tap), across(picture, rows.first + tap, &columns, channel));
                }
                codes[feature] = code_of(kept_level(sum), feature);
                feature++;
            }
        }
    }
    return 0;
}
`;
}

function levelText(name: string, { channels }: PictureFacts): string {
  const pixel = `static float level_at(const ${name}_picture_t *picture, uint32_t row, uint32_t column, uint32_t channel)
{
    const size_t place = ((size_t)row * picture->width) + column;
    const uint8_t *pixel = &picture->samples[place * picture->channels];
`;
  if (channels === 3) {
    return `${pixel}
    return (float)pixel[(picture->channels < 3U) ? 0U : channel];
}
`;
  }
  return `${pixel}
    (void)channel;
    if ((picture->channels < 3U) || ((pixel[0] == pixel[1]) && (pixel[1] == pixel[2]))) {
        return (float)pixel[0];
    }
    {
        const volatile double red = 0.2989 * (double)pixel[0];
        const volatile double green = 0.587 * (double)pixel[1];
        const volatile double blue = 0.114 * (double)pixel[2];

        return (float)((red + green) + blue);
    }
}
`;
}

const NEAREST = `typedef struct {
    uint32_t first;
    uint32_t count;
    float share; /* of the second */
} span_t;

/* The two places on either side; beyond the edge the edge itself. */
static span_t span_of(uint32_t place, uint32_t from, uint32_t to)
{
    const float ratio = (float)((double)from / (double)to);
    const float middle = (float)((double)place + 0.5);
    const float product = (float)((double)middle * (double)ratio);
    const float at = (float)((double)product - 0.5);
    const uint32_t below = (at < 0.0F) ? 0U : (uint32_t)at;
    span_t span;

    span.first = (below < from) ? below : (from - 1U);
    span.count = ((at < 0.0F) || ((span.first + 1U) >= from)) ? 1U : 2U;
    span.share = (span.count == 1U) ? 0.0F : (float)((double)at - (double)below);
    return span;
}

static float weight_of(const span_t *span, uint32_t tap)
{
    return (tap == 0U) ? (float)(1.0 - (double)span->share) : span->share;
}
`;

const COVERED = `typedef struct {
    uint32_t first;
    uint32_t count;
    double centre;
    double radius;
    double sum; /* of all weights, before they are made to sum to 1 */
} span_t;

static double raw_weight(const span_t *span, uint32_t tap)
{
    const double apart = ((double)span->first + (double)tap + 0.5) - span->centre;
    const double weight = 1.0 - (((apart < 0.0) ? -apart : apart) / span->radius);

    return (weight < 0.0) ? 0.0 : weight;
}

/* A triangle as wide as the place covers. */
static span_t span_of(uint32_t place, uint32_t from, uint32_t to)
{
    const double ratio = (double)from / (double)to;
    const volatile double centre = ((double)place + 0.5) * ratio;
    span_t span;
    double begin;
    double end;

    span.centre = centre;
    span.radius = (ratio < 1.0) ? 1.0 : ratio;
    begin = (span.centre - span.radius) - 0.5;
    end = (span.centre + span.radius) - 0.5;
    span.first = (begin <= 0.0) ? 0U : (uint32_t)begin;
    if ((begin > 0.0) && ((double)span.first < begin)) {
        span.first++;
    }
    span.count = ((end >= (double)(from - 1U)) ? (from - 1U) : (uint32_t)end) + 1U - span.first;
    span.sum = 0.0;
    for (uint32_t tap = 0U; tap < span.count; tap++) {
        span.sum += raw_weight(&span, tap);
    }
    return span;
}

static float weight_of(const span_t *span, uint32_t tap)
{
    return (float)(raw_weight(span, tap) / span->sum);
}
`;
