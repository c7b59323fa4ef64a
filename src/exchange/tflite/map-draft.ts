import type { FloatNetwork } from '../../float/types.js';
import type { AnyOperator, MapOperator, TfliteGraph, TfliteQuantization, TfliteTensor } from './graph.js';
import { toHalf } from './numbers.js';
import {
  biasQuantization,
  dequantize,
  type Granularity,
  quantizeActivation,
  quantizeBias,
  quantizeWeights,
  weightQuantization,
} from './quantize.js';

/** What a graph of maps is made with. */
export type MapMode =
  | { readonly mode: 'float32' | 'float16' | 'dynamic' }
  | {
      readonly mode: 'int8';
      /** What enters and leaves: codes, or values that the model itself quantizes and dequantizes. */
      readonly ends: 'int8' | 'float32';
      /** Rows of scaled features, at least one, that the ranges of the activations are taken from. */
      readonly calibration: readonly (readonly number[])[];
    };

/** Weights of a layer, and how they lie: [unit][…], or units last where each channel has kernels of its own. */
export interface LayerWeights {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly bias: readonly number[];
  /** The axis of the units: the first or the last. */
  readonly axis: number;
}

/** Probabilities of int8 models always are code + 128 in 256ths: the interpreter insists. */
const PROBABILITY: TfliteQuantization = { scales: [1 / 256], zeroPoint: -128 };

/** Of the numbers of 32-bit floats. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** The graph while it grows. */
export class MapDraft {
  private readonly tensors: TfliteTensor[] = [];
  private readonly operators: AnyOperator[] = [];
  /** Tensors of the layers' values, those of the network's input first. */
  private readonly given: number[] = [];
  private readonly input: number;

  constructor(
    private readonly network: FloatNetwork,
    readonly mode: MapMode,
    /** Of the weights of dense layers. */
    readonly granularity: Granularity,
    /** Of the input's values and of each layer's, in int8. */
    private readonly ranges: readonly TfliteQuantization[],
  ) {
    const isCoded = mode.mode === 'int8' && mode.ends === 'float32';
    const first = this.values(isCoded ? 'input/int8' : 'input', network.input.shape, 0);
    this.given.push(first);
    this.input = isCoded ? this.ends('quantize', 'input', first) : first;
  }

  /** The tensor of a layer's values; −1 is the network's input. */
  read(layer: number): number {
    return this.given[layer + 1];
  }

  /** Says where the next layer's values are. */
  give(tensor: number): void {
    this.given.push(tensor);
  }

  /** A tensor of values, of the range of a layer or of the network's input. */
  values(name: string, shape: readonly number[], range: number): number {
    const quantization = this.ranges[range];
    return this.tensor({
      name,
      shape: [1, ...shape],
      ...(quantization === undefined
        ? { type: 'FLOAT32' as const }
        : { type: 'INT8' as const, quantization }),
    });
  }

  /** One that has the codes of another. */
  like(name: string, shape: readonly number[], other: number): number {
    return this.tensor({ ...this.tensors[other], name, shape: [1, ...shape] });
  }

  quantizationOf(tensor: number): TfliteQuantization | undefined {
    return this.tensors[tensor].quantization;
  }

  /** One value of the same type as a tensor: of the same quantization too, so that it is a code there. */
  single(name: string, value: number, other: number): number {
    const quantization = this.quantizationOf(other);
    const original = [value];
    return quantization === undefined
      ? this.tensor({ name, shape: [], type: 'FLOAT32', data: [Math.fround(value)], original })
      : this.tensor({
          name,
          shape: [],
          type: 'INT8',
          quantization,
          data: [quantizeActivation(value, quantization)],
          original,
        });
  }

  /** The least value that a tensor can have. */
  least(name: string, other: number): number {
    const quantization = this.quantizationOf(other);
    const least = quantization === undefined ? -LARGEST : dequantize(-128, 0, quantization, 1);
    return this.single(name, least, other);
  }

  /** Of each channel. */
  factors(name: string, factors: readonly number[]): number {
    const shape = [factors.length];
    const original = factors;
    if (this.mode.mode !== 'int8')
      return this.tensor({ name, shape, type: 'FLOAT32', data: factors.map(Math.fround), original });
    const quantization = weightQuantization([factors], 'tensor');
    const [data] = quantizeWeights([factors], quantization);
    return this.tensor({ name, shape, type: 'INT8', quantization, data, original });
  }

  /** Activations that are whole numbers, such as places in a table. */
  places(name: string, shape: readonly number[]): number {
    return this.tensor({ name, shape: [1, ...shape], type: 'INT32' });
  }

  tensor(tensor: TfliteTensor): number {
    return this.tensors.push(tensor) - 1;
  }

  /** Whole numbers such as shapes and paddings. */
  numbers(name: string, shape: readonly number[], data: readonly number[]): number {
    return this.tensor({ name, shape, type: 'INT32', data, original: data });
  }

  operator(operator: AnyOperator): number {
    this.operators.push(operator);
    return operator.output;
  }

  /** An operator whose versions are those for floats and for int8. */
  plain(
    operator: Omit<MapOperator, 'kind' | 'version' | 'input'>,
    versions: readonly [float: number, int8: number] = [1, 2],
  ): number {
    const [input] = operator.inputs;
    const version = versions[this.tensors[operator.output].type === 'INT8' ? 1 : 0];
    return this.operator({ ...operator, kind: 'map', input, version });
  }

  /** Weights and biases in the type of the mode. @param read the tensor whose scale biases have too */
  weights(name: string, { shape, values, bias, axis }: LayerWeights, read: number, granularity: Granularity) {
    const { mode } = this.mode;
    if (mode === 'float32' || mode === 'float16') {
      return {
        weights: this.floats(`${name}/weights`, shape, values),
        bias: this.floats(`${name}/bias`, [bias.length], bias),
      };
    }
    const units = bias.length;
    const rows = rowsOf(values, units, axis);
    const scale = this.tensors[read].quantization?.scales[0];
    const quantization = weightQuantization(rows, granularity, scale === undefined ? [] : bias, scale ?? 1);
    const codes = quantizeWeights(rows, quantization);
    const weights = this.tensor({
      name: `${name}/weights`,
      shape,
      type: 'INT8',
      quantization: granularity === 'unit' ? { ...quantization, dimension: axis } : quantization,
      data: values.map((_, at) => {
        const [unit, place] = placeOf(at, values.length, units, axis);
        return codes[unit][place];
      }),
      original: values,
    });
    if (scale === undefined) return { weights, bias: this.floats(`${name}/bias`, [units], bias) };
    const biases = biasQuantization(scale, quantization);
    const data = quantizeBias(bias, biases);
    const common = { name: `${name}/bias`, shape: [units], type: 'INT32' as const };
    return { weights, bias: this.tensor({ ...common, quantization: biases, data, original: bias }) };
  }

  /** Half precision in the file; an operator of the model makes it single precision when it is loaded. */
  private floats(name: string, shape: readonly number[], original: readonly number[]): number {
    if (this.mode.mode !== 'float16')
      return this.tensor({ name, shape, type: 'FLOAT32', data: original.map(Math.fround), original });
    const half = { name: `${name}/float16`, shape, type: 'FLOAT16' as const };
    const input = this.tensor({ ...half, data: original.map(toHalf), original });
    const output = this.tensor({ name, shape, type: 'FLOAT32' });
    return this.operator({ kind: 'dequantize', input, output });
  }

  /** A tensor of floats before codes, or behind them. */
  private ends(kind: 'quantize' | 'dequantize', name: string, codes: number): number {
    const floats = this.tensor({ name, shape: this.tensors[codes].shape, type: 'FLOAT32' });
    if (kind === 'quantize') this.operator({ kind, input: floats, output: codes });
    else this.operator({ kind, input: codes, output: floats });
    return floats;
  }

  finished(probability: boolean): TfliteGraph<AnyOperator> {
    const { name, head } = this.network;
    const logits = this.given[this.given.length - 1];
    const last = probability ? this.probability(logits, head) : logits;
    const isCoded = this.mode.mode === 'int8' && this.mode.ends === 'float32';
    return {
      name,
      description: `${name}, ${this.mode.mode}`,
      tensors: this.tensors,
      operators: this.operators,
      input: this.input,
      output: isCoded ? this.ends('dequantize', `${this.tensors[last].name}/float32`, last) : last,
    };
  }

  private probability(logits: number, head: FloatNetwork['head']): number {
    const { shape, type } = this.tensors[logits];
    const coded = type === 'INT8' ? { quantization: PROBABILITY } : {};
    const output = this.tensor({ name: 'probability', shape, type, ...coded });
    return this.operator({ kind: head === 'binary' ? 'logistic' : 'softmax', input: logits, output });
  }
}

/** Each unit's weights. */
function rowsOf(values: readonly number[], units: number, axis: number): number[][] {
  const rows: number[][] = Array.from({ length: units }, () => []);
  values.forEach((value, at) => {
    const [unit, place] = placeOf(at, values.length, units, axis);
    rows[unit][place] = value;
  });
  return rows;
}

/** The unit of a weight, and its place among the unit's. */
function placeOf(at: number, count: number, units: number, axis: number): readonly [number, number] {
  const each = count / units;
  return axis === 0 ? [Math.floor(at / each), at % each] : [at % units, Math.floor(at / units)];
}
