import { list } from '../../../core/errors.js';
import type { Slopes } from '../../../float/activation.js';
import type { FloatActivationLayer } from '../../../float/layers/activation-layer.js';
import type { FloatAdd } from '../../../float/layers/add.js';
import type { FloatBatchNorm } from '../../../float/layers/batch-norm.js';
import type { FloatConcat } from '../../../float/layers/concat.js';
import type { FloatConv2d } from '../../../float/layers/conv2d.js';
import type { FloatDense } from '../../../float/layers/dense.js';
import type { FloatMove } from '../../../float/layers/move.js';
import type { FloatLayer } from '../../../float/types.js';
import { isMap, printShape, sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { type Module, moduleText, printLengths, type TensorFile } from './named-tensors.js';

/** For each value of a list where it stands in the file's order; undefined where it stands in the same place. */
export type Order = Int32Array | undefined;

/** What a layer reads: its shape, and the order of its values. */
export interface Placed {
  readonly shape: readonly number[];
  readonly order: Order;
}

/** How a kind of layers takes its numbers from a file, and what becomes of the order of values behind it. */
interface TensorKind<L extends FloatLayer> {
  /** The layer with its module's numbers; absent where it keeps none. */
  readonly filled?: (layer: L, module: ModuleReader, order: Order) => L;
  readonly order: (reads: readonly Placed[], channels: TensorFile['channels'], where: string) => Order;
}

/** A layer of the file, read member by member. */
export class ModuleReader {
  constructor(
    readonly module: Module,
    readonly source: TensorFile,
    /** The layer that was stated, for errors. */
    private readonly layer: string,
  ) {}

  get isChannelsFirst(): boolean {
    return this.source.channels === 'first';
  }

  /** The numbers of a member, of one of these shapes. @throws exchange/import-tensor */
  values(member: string, ...shapes: readonly (readonly number[])[]): Float64Array {
    const tensor = this.module.tensors.get(member);
    const where = `${this.source.file}, ${this.module.name || member}`;
    const wanted = shapes.map(printLengths).join(' or ');
    if (tensor === undefined) {
      const others = [...this.module.tensors.keys()];
      throw problems.importTensor(where, list(others), `${member} of ${wanted} too, for ${this.layer}`);
    }
    if (shapes.some((shape) => printShape(shape) === printShape(tensor.shape))) return tensor.values();
    const hint = this.isChannelsFirst ? ORDER : TRANSPOSED;
    const got = `${member} of ${printLengths(tensor.shape)}`;
    throw problems.importTensor(where, got, `${wanted}, for ${this.layer}`, hint);
  }

  /** Zeros where the file has none. */
  bias(units: number): Float64Array {
    return this.module.tensors.has('bias') ? this.values('bias', [units]) : new Float64Array(units);
  }

  /** @throws exchange/import-tensor where the layer of the file keeps what the stated one has not */
  only(...members: readonly string[]): void {
    const other = [...this.module.tensors.keys()].find((member) => !members.includes(member));
    if (other === undefined) return;
    const where = `${this.source.file}, ${moduleText(this.module)}`;
    throw problems.importTensor(
      where,
      `its member ${other}`,
      `a layer with ${members.join(' and ')}, for ${this.layer}`,
    );
  }
}

const ORDER = 'do the layers stand in the order of the file? name: says which one of the file a layer is';
export const TRANSPOSED =
  'kernels are inputs x units, as in Keras: are these units x inputs? --transpose reads them';

/** Numbers in another order: that of `from` at each place. */
const reordered = (values: Float64Array, order: Order): Float64Array =>
  order === undefined ? values : Float64Array.from(order, (from) => values[from]);

const dense: TensorKind<FloatDense> = {
  filled: (layer, module, order) => {
    module.only('weight', 'bias');
    const [inputs, units] = layer.kernel.shape;
    const isTurned = module.isChannelsFirst;
    const values = module.values('weight', isTurned ? [units, inputs] : [inputs, units]);
    const kernel = new Float64Array(values.length);
    for (let input = 0; input < inputs; input++) {
      const from = order?.[input] ?? input;
      for (let unit = 0; unit < units; unit++) {
        kernel[input * units + unit] = values[isTurned ? unit * inputs + from : from * units + unit];
      }
    }
    return { ...layer, kernel: { shape: [inputs, units], values: kernel }, bias: module.bias(units) };
  },
  order: () => undefined,
};

const conv2d: TensorKind<FloatConv2d> = {
  filled: (layer, module) => {
    module.only('weight', 'bias');
    const { shape } = layer.kernel;
    const units = shape[3];
    const values = module.isChannelsFirst
      ? fromChannelsFirst(layer, module)
      : fromChannelsLast(layer, module);
    return { ...layer, kernel: { shape, values }, bias: module.bias(units) };
  },
  order: () => undefined,
};

/** Of a signal the kernel has no rows. */
function fromChannelsFirst({ kernel: { shape } }: FloatConv2d, module: ModuleReader): Float64Array {
  const [rows, columns, depth, units] = shape;
  const signal = rows === 1 ? [[units, depth, columns]] : [];
  const values = module.values('weight', [units, depth, rows, columns], ...signal);
  const taps = rows * columns;
  return Float64Array.from(values, (_, at) => {
    const unit = at % units;
    const channel = Math.floor(at / units) % depth;
    return values[(unit * depth + channel) * taps + Math.floor(at / (units * depth))];
  });
}

/** A depthwise kernel has its multiplier as its last axis. */
function fromChannelsLast({ kernel: { shape }, groups }: FloatConv2d, module: ModuleReader): Float64Array {
  const [rows, columns, depth, units] = shape;
  const signal = rows === 1 ? [[columns, depth, units]] : [];
  const depthwise = depth === 1 && groups > 1 ? [[rows, columns, groups, units / groups]] : [];
  return module.values('weight', shape, ...signal, ...depthwise);
}

const batchNorm: TensorKind<FloatBatchNorm> = {
  filled: (layer, module, order) => {
    module.only('weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked');
    const channels = layer.gamma.length;
    const taken = (member: string) => reordered(module.values(member, [channels]), order);
    const isAffine = module.module.tensors.has('weight');
    return {
      ...layer,
      ...(isAffine ? { gamma: taken('weight'), beta: taken('bias') } : {}),
      mean: taken('running_mean'),
      variance: taken('running_var'),
    };
  },
  order: ([{ order }]) => order,
};

/** A list of a map: here its channels run fastest; in a file with channels first they are the slowest. */
const flatten: TensorKind<FloatMove> = {
  order: ([{ shape, order }], channels) => {
    if (!isMap(shape) || channels === 'last') return order;
    const [height, width, depth] = shape;
    return Int32Array.from({ length: sizeOf({ shape }) }, (_, at) => {
      const cell = Math.floor(at / depth);
      return (at % depth) * height * width + cell;
    });
  },
};

const add: TensorKind<FloatAdd> = {
  order: ([first, ...others], _, where) => {
    const other = others.some(({ order }) => order?.join() !== first.order?.join());
    if (!other) return first.order;
    throw problems.importTensor(
      where,
      'lists in two orders, of maps that are not alike',
      'lists in one order',
    );
  },
};

const concat: TensorKind<FloatConcat> = {
  order: (reads) => {
    if (reads.every(({ order }) => order === undefined)) return undefined;
    let before = 0;
    const parts = reads.flatMap(({ shape, order }) => {
      const start = before;
      const length = sizeOf({ shape });
      before += length;
      return Array.from({ length }, (_, at) => start + (order?.[at] ?? at));
    });
    return Int32Array.from(parts);
  },
};

/** One slope for all channels, or one for each. */
const prelu: TensorKind<FloatActivationLayer> = {
  filled: (layer, module, order) => {
    module.only('weight');
    const { slopes } = layer.activation as Slopes;
    const values = module.values('weight', [slopes.length], [1]);
    const own = values.length === 1 ? values : reordered(values, order);
    return { ...layer, activation: { kind: 'slopes', slopes: Array.from(own) } };
  },
  order: ([{ order }]) => order,
};

const plain: TensorKind<FloatLayer> = { order: ([{ order }]) => order };

/** Every kind that layers can be stated of, by the word for it. */
const TENSOR_KINDS = {
  conv: conv2d,
  depthwise: conv2d,
  dense,
  batchNorm,
  prelu,
  flatten,
  add,
  concat,
  maxPool: plain,
  averagePool: plain,
  globalPool: plain,
  adaptiveAveragePool: plain,
  adaptiveMaxPool: plain,
  activation: plain,
  upsample: plain,
  zeroPad: plain,
} as unknown as Readonly<Record<string, TensorKind<FloatLayer>>>;

/** @param key the word for it in the short form */
export const tensorKindOf = (key: string): TensorKind<FloatLayer> => TENSOR_KINDS[key];
