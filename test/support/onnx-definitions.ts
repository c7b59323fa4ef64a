import { normal } from './keras-definitions.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx.js';
import {
  clamp,
  even,
  mean,
  placeOf,
  placesOf,
  sigmoid,
  sizeOf,
  type Values as Tensor,
  tensorOf,
  valueAt,
} from './tensors.js';

/**
 * Operators as ONNX (and ONNX Runtime's and QONNX's own domains) define them, written out in doubles for one sample at a
 * time: what each node gives of what it reads, the batch among its axes. Nothing here calls the product.
 */
export interface Values extends Tensor {
  readonly type?: OnnxTensor['type'];
}

type Given = readonly (Values | undefined)[];
export type Run = (inputs: readonly Values[], node: OnnxNode, opset: number) => Values;

const int = (node: OnnxNode, name: string, usual: number) =>
  (node.attributes?.[name] as number | undefined) ?? usual;
const ints = (node: OnnxNode, name: string) => node.attributes?.[name] as readonly number[] | undefined;
const text = (node: OnnxNode, name: string, usual: string) =>
  (node.attributes?.[name] as string | undefined) ?? usual;
const float = (node: OnnxNode, name: string, usual: number) => node.floats?.[name] ?? usual;

const each =
  (of: (value: number, node: OnnxNode) => number): Run =>
  ([x], node) => ({ dims: x.dims, values: x.values.map((value) => of(value, node)) });

function commonDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  );
}

const binary =
  (of: (a: number, b: number) => number): Run =>
  ([a, b]) =>
    tensorOf(commonDims(a.dims, b.dims), (place) => of(valueAt(a, place), valueAt(b, place)));

/** Scales and zero points: one number, or one for each item of an axis. */
const along = ({ values }: Values, axis: number, place: readonly number[]) =>
  values[values.length === 1 ? 0 : place[axis]];

/** Windows over the axes behind batch and channel: for each position the places under it, and how many lie inside. */
function windowed(
  x: Values,
  size: readonly number[],
  node: OnnxNode,
  channels: number,
  of: Windowed,
): Values {
  const spatial = x.dims.slice(2);
  const strides = ints(node, 'strides') ?? spatial.map(() => 1);
  const dilations = ints(node, 'dilations') ?? spatial.map(() => 1);
  const reach = size.map((length, axis) => (length - 1) * dilations[axis] + 1);
  const pads = padsOf(node, spatial, reach, strides);
  const isCeiled = int(node, 'ceil_mode', 0) === 1;
  const positions = spatial.map((length, axis) => {
    const [before, after] = pads[axis];
    const steps = (length + before + after - reach[axis]) / strides[axis];
    if (!isCeiled) return Math.floor(steps) + 1;
    const most = Math.ceil(steps) + 1;
    // A window that begins behind what is there is left out.
    return (most - 1) * strides[axis] >= length + before ? most - 1 : most;
  });
  return tensorOf([1, channels, ...positions], ([, channel, ...position]) => {
    const taps = Array.from({ length: sizeOf(size) }, (_, tap) => {
      const step = placeOf(tap, size);
      return step.map((at, axis) => position[axis] * strides[axis] - pads[axis][0] + at * dilations[axis]);
    });
    const isInside = (place: readonly number[]) => place.every((at, axis) => at >= 0 && at < spatial[axis]);
    return of(
      channel,
      taps.map((place, tap) => ({ place, tap, isInside: isInside(place) })),
    );
  });
}

interface Tap {
  readonly place: readonly number[];
  readonly tap: number;
  readonly isInside: boolean;
}
type Windowed = (channel: number, taps: readonly Tap[]) => number;

function padsOf(
  node: OnnxNode,
  spatial: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
): (readonly [number, number])[] {
  const auto = text(node, 'auto_pad', 'NOTSET');
  const pads = ints(node, 'pads') ?? spatial.flatMap(() => [0, 0]);
  return spatial.map((length, axis) => {
    if (auto === 'NOTSET' || auto === 'VALID') return [pads[axis], pads[axis + spatial.length]];
    const steps = Math.ceil(length / strides[axis]);
    const all = Math.max((steps - 1) * strides[axis] + reach[axis] - length, 0);
    const less = Math.floor(all / 2);
    return auto === 'SAME_UPPER' ? [less, all - less] : [all - less, less];
  });
}

const conv: Run = ([x, w, b], node) => {
  const [units, depth, ...size] = w.dims;
  const groups = int(node, 'group', 1);
  return windowed(x, size, node, units, (unit, taps) => {
    const first = Math.floor(unit / (units / groups)) * depth;
    let sum = b === undefined ? 0 : b.values[unit];
    for (const { place, tap, isInside } of taps) {
      if (!isInside) continue;
      for (let channel = 0; channel < depth; channel++) {
        const weight = w.values[(unit * depth + channel) * sizeOf(size) + tap];
        sum += valueAt(x, [0, first + channel, ...place]) * weight;
      }
    }
    return sum;
  });
};

const pool =
  (of: (values: readonly number[], node: OnnxNode) => number, isGlobal = false): Run =>
  ([x], node) => {
    const size = isGlobal ? x.dims.slice(2) : (ints(node, 'kernel_shape') as readonly number[]);
    return windowed(x, size, node, x.dims[1], (channel, taps) => {
      const counted =
        int(node, 'count_include_pad', 0) === 1 ? taps : taps.filter(({ isInside }) => isInside);
      return of(
        counted.map(({ place, isInside }) => (isInside ? valueAt(x, [0, channel, ...place]) : 0)),
        node,
      );
    });
  };

const matMul: Run = ([a, b]) => {
  const [rows, inner] = a.dims;
  return tensorOf([rows, b.dims[1]], ([row, column]) => {
    let sum = 0;
    for (let at = 0; at < inner; at++) sum += valueAt(a, [row, at]) * valueAt(b, [at, column]);
    return sum;
  });
};

const transposed = (x: Values, perm: readonly number[]): Values =>
  tensorOf(
    perm.map((axis) => x.dims[axis]),
    (place) =>
      valueAt(
        x,
        x.dims.map((_, axis) => place[perm.indexOf(axis)]),
      ),
  );

const gemm: Run = ([a, b, c], node) => {
  const [alpha, beta] = [float(node, 'alpha', 1), float(node, 'beta', 1)];
  const product = matMul([a, int(node, 'transB', 0) === 1 ? transposed(b, [1, 0]) : b], node, 0);
  return tensorOf(
    product.dims,
    (place) => alpha * valueAt(product, place) + (c === undefined ? 0 : beta * valueAt(c, place)),
  );
};

const batchNorm: Run = ([x, gamma, beta, average, variance], node) =>
  tensorOf(x.dims, (place) => {
    const [g, b, m, v] = [gamma, beta, average, variance].map(({ values }) => values[place[1]]);
    return (g * (valueAt(x, place) - m)) / Math.sqrt(v + float(node, 'epsilon', 1e-5)) + b;
  });

/** An input, or the attribute that older opsets have in its place. */
const listOf = (inputs: Given, at: number, node: OnnxNode, name: string): readonly number[] | undefined =>
  inputs[at]?.values ?? ints(node, name);

const reshape: Run = (inputs, node) => {
  const [x] = inputs;
  const wanted = listOf(inputs, 1, node, 'shape') ?? [];
  const known = wanted.map((length, axis) => (length === 0 ? x.dims[axis] : length));
  const rest = sizeOf(known.filter((length) => length !== -1));
  return { ...x, dims: known.map((length) => (length === -1 ? x.values.length / rest : length)) };
};

const squeeze: Run = (inputs, node) => {
  const [x] = inputs;
  const axes = listOf(inputs, 1, node, 'axes')?.map((axis) => (axis + x.dims.length) % x.dims.length);
  const dims = x.dims.filter((length, axis) => (axes === undefined ? length !== 1 : !axes.includes(axis)));
  return { ...x, dims };
};

const unsqueeze: Run = (inputs, node) => {
  const [x] = inputs;
  const axes = listOf(inputs, 1, node, 'axes') ?? [];
  const rank = x.dims.length + axes.length;
  const given = [...x.dims];
  const dims = Array.from({ length: rank }, (_, axis) =>
    axes.some((one) => (one + rank) % rank === axis) ? 1 : (given.shift() as number),
  );
  return { ...x, dims };
};

const pad: Run = (inputs, node) => {
  const [x] = inputs;
  const pads = listOf(inputs, 1, node, 'pads') ?? [];
  const rank = x.dims.length;
  const dims = x.dims.map((length, axis) => pads[axis] + length + pads[axis + rank]);
  return tensorOf(dims, (place) => {
    const from = place.map((at, axis) => at - pads[axis]);
    return from.every((at, axis) => at >= 0 && at < x.dims[axis]) ? valueAt(x, from) : 0;
  });
};

const slice: Run = (inputs, node) => {
  const [x] = inputs;
  const starts = listOf(inputs, 1, node, 'starts') ?? [];
  const ends = listOf(inputs, 2, node, 'ends') ?? [];
  const axes = listOf(inputs, 3, node, 'axes') ?? starts.map((_, at) => at);
  const begin = x.dims.map(() => 0);
  const end = [...x.dims];
  axes.forEach((given, at) => {
    const axis = (given + x.dims.length) % x.dims.length;
    const within = (one: number) => clamp(one < 0 ? one + x.dims[axis] : one, [0, x.dims[axis]]);
    begin[axis] = within(starts[at]);
    end[axis] = within(ends[at]);
  });
  return tensorOf(
    end.map((last, axis) => last - begin[axis]),
    (place) =>
      valueAt(
        x,
        place.map((at, axis) => at + begin[axis]),
      ),
  );
};

function concatenated(inputs: readonly Values[], stated: number): Values {
  const axis = (stated + inputs[0].dims.length) % inputs[0].dims.length;
  const lengths = inputs.map(({ dims }) => dims[axis]);
  const dims = inputs[0].dims.map((length, at) => (at === axis ? lengths.reduce((a, b) => a + b) : length));
  return tensorOf(dims, (place) => {
    let [from, at] = [0, place[axis]];
    while (at >= lengths[from]) at -= lengths[from++];
    return valueAt(
      inputs[from],
      place.map((one, index) => (index === axis ? at : one)),
    );
  });
}

/** The nearest cell: of `asymmetric` and rounding down, and of `half_pixel` as it comes the same where factors are whole. */
const resized = (x: Values, factors: readonly number[]): Values =>
  tensorOf(
    x.dims.map((length, axis) => length * factors[axis]),
    (place) =>
      valueAt(
        x,
        place.map((at, axis) => Math.floor(at / factors[axis])),
      ),
  );

const resize: Run = (inputs, _, opset) => {
  const [x] = inputs;
  const scales = (opset < 11 ? inputs[1] : inputs[2])?.values ?? [];
  if (scales.length > 0) return resized(x, scales);
  return resized(
    x,
    (inputs[3] as Values).values.map((length, axis) => length / x.dims[axis]),
  );
};

const reduceMean: Run = (inputs, node) => {
  const [x] = inputs;
  const axes = (listOf(inputs, 1, node, 'axes') ?? []).map((axis) => (axis + x.dims.length) % x.dims.length);
  const dims = x.dims.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const given = tensorOf(dims, (place) => {
    const cells = placesOf(x.dims).filter((one) =>
      one.every((at, axis) => axes.includes(axis) || at === place[axis]),
    );
    return mean(cells.map((one) => valueAt(x, one)));
  });
  if (int(node, 'keepdims', 1) === 1) return given;
  return { ...given, dims: dims.filter((_, axis) => !axes.includes(axis)) };
};

const gather: Run = ([x, index], node) => {
  const axis = int(node, 'axis', 0);
  const dims = [...x.dims.slice(0, axis), ...index.dims, ...x.dims.slice(axis + 1)];
  return tensorOf(dims, (place) => {
    const chosen = valueAt(index, place.slice(axis, axis + index.dims.length));
    const at = chosen < 0 ? chosen + x.dims[axis] : chosen;
    return valueAt(x, [...place.slice(0, axis), at, ...place.slice(axis + index.dims.length)]);
  });
};

const constant: Run = (_, node) => {
  const { value } = node.tensors ?? {};
  if (value !== undefined) return value;
  if (node.floats !== undefined) return { dims: [], values: [node.floats.value_float] };
  const given = node.attributes?.value_int ?? node.attributes?.value_ints ?? node.floatLists?.value_floats;
  return typeof given === 'number'
    ? { dims: [], values: [given] }
    : { dims: [(given as readonly number[]).length], values: given as readonly number[] };
};

/** Over the last axis. */
const softmax: Run = ([x]) => {
  const lines = x.dims[x.dims.length - 1];
  return {
    dims: x.dims,
    values: x.values.map((value, at) => {
      const line = x.values.slice(at - (at % lines), at - (at % lines) + lines);
      return Math.exp(value) / line.reduce((sum, one) => sum + Math.exp(one), 0);
    }),
  };
};

/** Whole numbers. */

const RANGES: Readonly<Record<string, readonly number[]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
};

const dequantized = (x: Values, scale: Values, zero: Values | undefined, axis: number): Values =>
  tensorOf(
    x.dims,
    (place) =>
      along(scale, axis, place) * (valueAt(x, place) - (zero === undefined ? 0 : along(zero, axis, place))),
  );

function quantized(x: Values, scale: Values, zero: Values | undefined, axis = 1): Values {
  const type = zero?.type ?? 'uint8';
  const codes = tensorOf(x.dims, (place) => {
    const point = zero === undefined ? 0 : along(zero, axis, place);
    return clamp(even(valueAt(x, place) / along(scale, axis, place)) + point, RANGES[type]);
  });
  return { ...codes, type };
}

/** Bits of QONNX's quantizers. */
function bitRange(node: OnnxNode, width: number): readonly number[] {
  const narrow = int(node, 'narrow', 0);
  return int(node, 'signed', 1) === 1
    ? [-(2 ** (width - 1)) + narrow, 2 ** (width - 1) - 1]
    : [0, 2 ** width - 1 - narrow];
}

const ROUNDINGS: Readonly<Record<string, (value: number) => number>> = {
  ROUND: even,
  FLOOR: Math.floor,
  HALF_UP: (value) => Math.sign(value) * Math.floor(Math.abs(value) + 0.5),
  CEIL: Math.ceil,
  ROUND_TO_ZERO: Math.trunc,
};

/** Biases that count products: of the scales of what is read and of the weights. */
const productBias = (bias: Values | undefined, x: Values, w: Values): Values | undefined =>
  bias && {
    dims: bias.dims,
    values: bias.values.map((code, unit) => code * x.values[0] * w.values[w.values.length === 1 ? 0 : unit]),
  };

const withBias = (x: Values, w: Values, bias: Values | undefined): readonly Values[] =>
  bias === undefined ? [x, w] : [x, w, bias];

/** An operator on what codes mean, whose values become codes again. */
const between =
  (run: Run): Run =>
  ([x, scale, zero, ys, yz], node, opset) =>
    quantized(run([dequantized(x, scale, zero, 0)], node, opset), ys, yz);

const minus = (x: Values, zero: Values | undefined, axis: number): Values =>
  dequantized(x, { dims: [], values: [1] }, zero, axis);

const identity: Run = ([x]) => x;

export const DEFINITIONS: Readonly<Record<string, Run>> = {
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNorm,
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Sum: (inputs) =>
    tensorOf(inputs[0].dims, (place) => inputs.reduce((so, one) => so + valueAt(one, place), 0)),
  Neg: each((value) => -value),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((value) => 1 / value),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Abs: each(Math.abs),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Max: binary(Math.max),
  Min: binary(Math.min),
  Conv: conv,
  MaxPool: pool((values) => Math.max(...values)),
  AveragePool: pool(mean),
  GlobalMaxPool: pool((values) => Math.max(...values), true),
  GlobalAveragePool: pool(mean, true),
  ReduceMean: reduceMean,
  Relu: each((value) => Math.max(value, 0)),
  LeakyRelu: each((value, node) => (value < 0 ? float(node, 'alpha', 0.01) * value : value)),
  Clip: ([x, low, high], node) => ({
    dims: x.dims,
    values: x.values.map((value) =>
      clamp(value, [
        low?.values[0] ?? float(node, 'min', Number.NEGATIVE_INFINITY),
        high?.values[0] ?? float(node, 'max', Number.POSITIVE_INFINITY),
      ]),
    ),
  }),
  PRelu: ([x, slope]) =>
    tensorOf(x.dims, (place) => {
      const value = valueAt(x, place);
      return value < 0 ? valueAt(slope, place) * value : value;
    }),
  Tanh: each(Math.tanh),
  Sigmoid: each(sigmoid),
  HardSigmoid: each((value, node) =>
    clamp(float(node, 'alpha', 0.2) * value + float(node, 'beta', 0.5), [0, 1]),
  ),
  HardSwish: each((value) => value * clamp(value / 6 + 0.5, [0, 1])),
  Elu: each((value, node) => (value < 0 ? float(node, 'alpha', 1) * (Math.exp(value) - 1) : value)),
  Selu: each((value, node) => {
    const [alpha, gamma] = [float(node, 'alpha', 1.6732632), float(node, 'gamma', 1.050701)];
    return gamma * (value < 0 ? alpha * (Math.exp(value) - 1) : value);
  }),
  Gelu: each((value, node) => {
    if (node.attributes?.approximate !== 'tanh') return value * normal(value);
    return (value / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)));
  }),
  Mish: each((value) => value * Math.tanh(Math.log(1 + Math.exp(value)))),
  Softplus: each((value) => Math.log(Math.exp(value) + 1)),
  Softsign: each((value) => value / (1 + Math.abs(value))),
  Softmax: softmax,
  LogSoftmax: (inputs, node, opset) => each(Math.log)([softmax(inputs, node, opset)], node, opset),
  ArgMax: ([x]) => ({ dims: [1], values: [x.values.indexOf(Math.max(...x.values))] }),
  Reshape: reshape,
  Flatten: ([x], node) => {
    const axis = int(node, 'axis', 1);
    return { ...x, dims: [sizeOf(x.dims.slice(0, axis)), sizeOf(x.dims.slice(axis))] };
  },
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: ([x], node) => transposed(x, ints(node, 'perm') ?? [...x.dims.keys()].reverse()),
  Pad: pad,
  Slice: slice,
  Concat: (inputs, node) => concatenated(inputs, int(node, 'axis', 1)),
  Resize: resize,
  Upsample: (inputs, node) => resized(inputs[0], inputs[1]?.values ?? node.floatLists?.scales ?? []),
  Constant: constant,
  ConstantOfShape: ([shape], node) => tensorOf(shape.values, () => node.tensors?.value?.values[0] ?? 0),
  Shape: ([x], node) => {
    const dims = x.dims.slice(int(node, 'start', 0), int(node, 'end', x.dims.length));
    return { dims: [dims.length], values: dims };
  },
  Gather: gather,
  Identity: identity,
  Dropout: identity,
  Cast: identity,
  QuantizeLinear: ([x, scale, zero], node) => quantized(x, scale, zero, int(node, 'axis', 1)),
  DequantizeLinear: ([x, scale, zero], node) => dequantized(x, scale, zero, int(node, 'axis', 1)),
  QLinearConv: ([x, xs, xz, w, ws, wz, ys, yz, b], node, opset) => {
    const sums = withBias(dequantized(x, xs, xz, 0), dequantized(w, ws, wz, 0), productBias(b, xs, ws));
    return quantized(conv(sums, node, opset), ys, yz);
  },
  QLinearMatMul: ([a, as, az, b, bs, bz, ys, yz], node, opset) =>
    quantized(matMul([dequantized(a, as, az, 0), dequantized(b, bs, bz, 1)], node, opset), ys, yz),
  QGemm: ([a, as, az, b, bs, bz, c, ys, yz], node, opset) => {
    const axis = int(node, 'transB', 0) === 1 ? 0 : 1;
    const sums = withBias(dequantized(a, as, az, 0), dequantized(b, bs, bz, axis), productBias(c, as, bs));
    const given = gemm(sums, node, opset);
    return ys === undefined ? given : quantized(given, ys, yz);
  },
  QLinearAdd: ([a, as, az, b, bs, bz, ys, yz], node, opset) => {
    const sum = DEFINITIONS.Add([dequantized(a, as, az, 0), dequantized(b, bs, bz, 0)], node, opset);
    return quantized(sum, ys, yz);
  },
  QLinearConcat: ([ys, yz, ...rest], node) => {
    const inputs = Array.from({ length: rest.length / 3 }, (_, at) => {
      const [x, scale, zero] = rest.slice(3 * at, 3 * at + 3);
      return quantized(dequantized(x, scale, zero, 0), ys, yz);
    });
    return { ...concatenated(inputs, int(node, 'axis', 1)), type: yz.type };
  },
  QLinearAveragePool: between(pool(mean)),
  QLinearGlobalAveragePool: between(pool(mean, true)),
  QLinearSigmoid: between(each(sigmoid)),
  QLinearLeakyRelu: between(each((value, node) => (value < 0 ? float(node, 'alpha', 0.01) * value : value))),
  ConvInteger: ([x, w, xz, wz], node, opset) => conv([minus(x, xz, 0), minus(w, wz, 0)], node, opset),
  MatMulInteger: ([a, b, az, bz], node, opset) => matMul([minus(a, az, 0), minus(b, bz, 1)], node, opset),
  Quant: ([x, scale, zero, width], node) =>
    tensorOf(x.dims, (place) => {
      const [s, z] = [valueAt(scale, place), valueAt(zero, place)];
      const round = ROUNDINGS[text(node, 'rounding_mode', 'ROUND')];
      return s * (clamp(round(valueAt(x, place) / s + z), bitRange(node, valueAt(width, place))) - z);
    }),
  BipolarQuant: ([x, scale]) =>
    tensorOf(x.dims, (place) => (valueAt(x, place) < 0 ? -1 : 1) * valueAt(scale, place)),
  Trunc: ([x, scale, , before, after]) => ({
    dims: x.dims,
    values: x.values.map(
      (value) =>
        Math.floor(even(value / scale.values[0]) / 2 ** (before.values[0] - after.values[0])) *
        scale.values[0],
    ),
  }),
};

/** What a model gives of one sample. @param watch sees what each node gives */
export function defined(
  model: OnnxModel,
  x: Values,
  watch: (node: OnnxNode, inputs: readonly Values[], given: Values) => void = () => {},
): Values {
  const known = new Map<string, Values>(Object.entries(model.tensors ?? {}) as [string, OnnxTensor][]);
  known.set('x', x);
  let last = x;
  model.nodes.forEach((node, index) => {
    const inputs = node.inputs.map((name) => known.get(name) as Values);
    last = DEFINITIONS[node.op](inputs, node, model.opset ?? 17);
    watch(node, inputs, last);
    known.set(node.output ?? (index === model.nodes.length - 1 ? 'y' : `v${index}`), last);
  });
  return last;
}
