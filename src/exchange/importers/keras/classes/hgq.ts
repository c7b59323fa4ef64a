import { z } from 'zod';
import { type Format, MAX_CHOSEN_WIDTH, printFormat } from '../../../../fixed/format.js';
import type { FloatTensor } from '../../../../float/tensor.js';
import { type Call, type LayerClass, members } from '../call.js';
import { exactWeights } from '../conversion.js';
import type { KerasValue } from '../value.js';

/** HGQ's proxy models: ordinary layers, and behind each a quantizer that says in which formats its values are. */

const QUANTIZER = members({
  RND: z.enum(['TRN', 'RND', 'RND_CONV']).default('TRN'),
  SAT: z.enum(['WRAP', 'SAT']).default('WRAP'),
});

interface Given {
  /** One for each channel; none where its values are always 0. */
  readonly formats: readonly (Format | undefined)[];
  readonly rounding: 'TRN' | 'RND' | 'RND_CONV';
  readonly overflow: 'WRAP' | 'SAT';
}

const fixedPoint: LayerClass = (call) => {
  const { RND: rounding, SAT: overflow } = call.config(QUANTIZER);
  const [signed, bits, integers] = call
    .variables([['keep_negative'], ['bits'], ['integers']])
    .map((tensor) => perChannel(call, tensor));
  const formats = bits.map((width, channel) => formatOf(call, signed[channel], width, integers[channel]));
  return quantized(call, { formats, rounding, overflow });
};

/** One number for each channel, as broadcasting spreads them. */
function perChannel(call: Call, { shape, values }: FloatTensor): number[] {
  const read = call.input.shape;
  const channels = read[read.length - 1];
  const isOfChannels = values.length === 1 || (values.length === channels && shape.at(-1) === channels);
  if (!isOfChannels) {
    call.refuse(`a quantizer of ${shape.join('x')} formats`, `one format, or ${channels}, one per channel`);
  }
  return Array.from({ length: channels }, (_, channel) => values[values.length === 1 ? 0 : channel]);
}

function formatOf(call: Call, signed: number, width: number, integer: number): Format | undefined {
  if (width === 0) return undefined;
  if (width < 1 || width > MAX_CHOSEN_WIDTH) call.refuse(`${width} bits`, `0 to ${MAX_CHOSEN_WIDTH}`);
  return { signed: signed !== 0, width, integer };
}

function quantized(call: Call, { formats, rounding, overflow }: Given): KerasValue {
  const { conversion, input } = call;
  const isWhole = formats.every((format) => format !== undefined);
  const given = { format: formats.map((format) => printFormat(format ?? ZERO)), rounding, overflow };
  if (conversion.isOpenInput(input) && isWhole) {
    conversion.inputFormat = given;
    return { ...call.passed('it is the format of the input'), isRounded: true };
  }
  const host = conversion.hostOf(input);
  const stated = host === undefined ? undefined : conversion.formats[host.name];
  if (host !== undefined && (stated?.output === undefined || stated.output === 'exact')) {
    const silent = conversion.silenced(host, (channel) => formats[channel] === undefined);
    conversion.formats[host.name] = { ...exactWeights(silent), output: given };
    call.note('kept', host.name);
    return { ...input, isRounded: true };
  }
  const factors = Float64Array.from(formats, (format) => (format === undefined ? 0 : 1));
  const added = call.perChannel(factors, 'linear');
  conversion.formats[added.layer] = { ...conversion.formats[added.layer], output: given };
  return { ...added, isRounded: true };
}

/** Of a channel that is always 0. */
const ZERO: Format = { signed: false, width: 1, integer: 1 };

export const HGQ: Readonly<Record<string, LayerClass>> = {
  FixedPointQuantizer: fixedPoint,
};
