import { Random } from '../core/random.js';
import { type Format, fractionOf, printFormat, rangeOf, valueOfCode } from '../fixed/format.js';
import { type FloatActivation, printFloatActivation } from '../float/activation.js';
import { classOf, floatModel } from '../float/model.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { placeLayers } from '../network/graph.js';
import { referenceModel } from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from './input-codes.js';
import { outputOf } from './output-of.js';

/** How an integer network compares with the float network that it was made from, on the same samples. */
export interface Fidelity {
  readonly samples: number;
  /** Calibration rows, rows that a design is tried on, or random codes of the inputs. */
  readonly from: 'calibration' | 'data' | 'random';
  /** Share of the samples that get the class that the float network gives; null where there are no classes. */
  readonly agreement: number | null;
  /** Classes that occur, of the float and of the integer network. */
  readonly classes: { readonly float: number; readonly integer: number };
  readonly layers: readonly LayerFidelity[];
}

export interface LayerFidelity {
  readonly layer: string;
  /** As `--activation` takes it. */
  readonly activation: string;
  /** The real values that occur. */
  readonly low: number;
  readonly high: number;
  /** The format of the outputs, and how many of its leading bits no sample needs; null where sums leave exactly. */
  readonly format: string | null;
  readonly unusedBits: number | null;
  /**
   * The root mean square of what rounding changes, and of how far the float network's values lie from each unit's
   * mean: the one divided by the other tells how much of what the layer says is lost.
   */
  readonly error: number;
  readonly spread: number;
  /** The largest quotient of the two among the units that vary. */
  readonly worst: number;
}

/** @param rows what the float network takes, [row][input] */
export function measureFidelity(
  float: FloatNetwork,
  network: QuantizedNetwork,
  rows: readonly (readonly number[])[],
  from: Fidelity['from'],
): Fidelity {
  const run = referenceModel(network);
  const model = floatModel(float);
  const formats = placeLayers(network).map(({ output }) => output.formats);
  const fractions = formats.map((channels) => channels.map(fractionOf));
  const tallies = fractions.map((channels) => channels.map(() => new Tally()));
  const [wanted, got]: number[][] = [[], []];
  for (const row of rows) {
    const real = model(row);
    const outcome = run(inputCodes(network, row));
    outcome.layers.forEach((codes, index) => {
      codes.forEach((code, unit) => {
        const channel = unit % fractions[index].length;
        tallies[index][channel].add(real[index][unit], valueOfCode(code, fractions[index][channel]));
      });
    });
    if (outcome.class === undefined) continue;
    wanted.push(classOf(Array.from(real.at(-1)!)));
    got.push(outcome.class);
  }
  const kept = got.filter((one, at) => one === wanted[at]).length;
  return {
    samples: rows.length,
    from,
    agreement: got.length === 0 ? null : kept / got.length,
    classes: { float: new Set(wanted).size, integer: new Set(got).size },
    layers: network.layers.map((layer, index) =>
      layerFidelity(
        float.layers[index],
        outputOf(layer) === 'exact' ? 'exact' : formats[index],
        tallies[index],
      ),
    ),
  };
}

/** What a unit's values are over the samples. */
class Tally {
  private count = 0;
  private mean = 0;
  private deviations = 0;
  private errors = 0;
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;

  add(real: number, value: number): void {
    this.count += 1;
    // Welford's way: no large numbers are taken from each other.
    const before = real - this.mean;
    this.mean += before / this.count;
    this.deviations += before * (real - this.mean);
    this.errors += (value - real) ** 2;
    this.low = Math.min(this.low, real);
    this.high = Math.max(this.high, real);
  }

  get error(): number {
    return Math.sqrt(this.errors / this.count);
  }

  get spread(): number {
    return Math.sqrt(this.deviations / this.count);
  }
}

function layerFidelity(
  layer: FloatLayer & { readonly activation?: FloatActivation },
  formats: 'exact' | readonly Format[],
  units: readonly Tally[],
): LayerFidelity {
  const overall = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  const varying = units.filter(({ spread }) => spread > 0);
  return {
    layer: layer.name,
    activation: printFloatActivation(layer.activation ?? 'linear'),
    low: Math.min(...units.map(({ low }) => low)),
    high: Math.max(...units.map(({ high }) => high)),
    format: formats === 'exact' ? null : [...new Set(formats.map(printFormat))].join(', '),
    unusedBits: formats === 'exact' ? null : unusedBits(formats, units),
    error: overall(units.map(({ error }) => error)),
    spread: overall(units.map(({ spread }) => spread)),
    worst: Math.max(0, ...varying.map(({ error, spread }) => error / spread)),
  };
}

/** Leading bits that no unit's values need. */
function unusedBits(formats: readonly Format[], units: readonly Tally[]): number {
  const perUnit = formats.map((format, unit) => {
    const step = 2 ** -fractionOf(format);
    const { low, high } = rangeOf(format);
    const used = Math.max(units[unit].high / step / high, low === 0 ? 0 : units[unit].low / step / low, 0);
    return used === 0 ? format.width : Math.floor(-Math.log2(used));
  });
  return Math.max(0, Math.min(...perUnit));
}

const NOUNS = {
  calibration: ['calibration row', 'calibration rows'],
  data: ['row of the data', 'rows of the data'],
  random: ['random sample', 'random samples'],
} as const;

/** Samples in words. */
export const describeSamples = ({ samples, from }: Pick<Fidelity, 'samples' | 'from'>): string =>
  `${samples.toLocaleString('en-US')} ${NOUNS[from][samples === 1 ? 0 : 1]}`;

/** So many random samples stand in where there are no real ones. */
export const RANDOM_SAMPLES = 1000;

/**
 * Random samples of what the inputs can be: the values of random codes. In every second sample some inputs are zero, up
 * to all but a sixteenth of them, as most pixels of a picture are.
 */
export function randomRows(network: QuantizedNetwork): number[][] {
  const random = new Random(1, `fidelity ${network.name}`);
  return Array.from({ length: RANDOM_SAMPLES }, (_, sample) => {
    const share = sample % 2 === 0 ? 1 : 2 ** -random.integer(0, 4);
    return network.input.formats.map((format) => {
      const { low, high } = rangeOf(format);
      return random.float() < share ? valueOfCode(random.integer(low, high), fractionOf(format)) : 0;
    });
  });
}
