import { type Format, fractionOf, rangeOf, valueOfCode } from '../../fixed/format.js';
import type { AddLayer } from '../../network/layers/add.js';
import type { Conv2dLayer } from '../../network/layers/conv2d.js';
import type { DenseLayer } from '../../network/layers/dense.js';
import { kindOf } from '../../network/layers/index.js';
import type { MaxPoolLayer } from '../../network/layers/max-pool.js';
import type { MoveLayer } from '../../network/layers/move.js';
import { codeFormats, isMap, type Tensor } from '../../network/tensor.js';
import type { Layer } from '../../network/types.js';
import { problems } from '../problems.js';
import { checkSum, type GraphBuilder } from './graph.js';

/** Something that a layer reads: its name in the graph, and the tensor. */
export interface Read {
  readonly name: string;
  readonly tensor: Tensor;
}

/** How a kind of layers is written; maps have their channels first there. */
interface OnnxKind<L extends Layer> {
  readonly kind: L['kind'];
  /** Adds its nodes; what it gives is called after it. @throws exchange/onnx */
  write(layer: L, reads: readonly Read[], graph: GraphBuilder, where: string): string;
}

/** The largest size of a layer's sums, in steps of the finest. */
function boundOf(layer: Layer, reads: readonly Read[]): number {
  const formats = reads.flatMap(({ tensor }) => codeFormats(tensor));
  const sizes = formats.map((format) => Math.max(-rangeOf(format).low, rangeOf(format).high));
  const lowering = kindOf(layer).lower(
    layer,
    reads.map(({ tensor }) => tensor),
  );
  if (lowering.kind !== 'sums') return 0;
  return lowering.rows.reduce((most, { terms, bias }) => {
    const sum = terms.reduce(
      (all, { input, weight }) => all + Math.abs(weight) * sizes[input],
      Math.abs(bias),
    );
    return Math.max(most, sum);
  }, 0);
}

const valuesOf = (codes: readonly number[], formats: readonly Format[]) =>
  codes.map((code, at) => valueOfCode(code, fractionOf(formats[at % formats.length])));

const dense: OnnxKind<DenseLayer> = {
  kind: 'dense',
  write: (layer, reads, graph, where) => {
    const { name, kernel, bias, activation, output } = layer;
    checkSum(boundOf(layer, reads), where);
    const units = bias.codes.length;
    const weights = graph.constant(
      `${name}_kernel`,
      [kernel.codes.length, units],
      valuesOf(kernel.codes.flat(), kernel.formats),
      where,
    );
    const biases = graph.constant(`${name}_biases`, [units], valuesOf(bias.codes, bias.formats), where);
    const codes = graph.quantized(weights, `${name}_weights`, kernel.formats, 1, 'ROUND', where);
    const product = graph.node('MatMul', [reads[0].name, codes], `${name}_product`);
    const sum = graph.node('Add', [product, biases], `${name}_sum`);
    return graph.finished(sum, name, activation, output, [units], where);
  },
};

const conv2d: OnnxKind<Conv2dLayer> = {
  kind: 'conv2d',
  write: (layer, reads, graph, where) => {
    const { name, kernel, bias, strides, padding, dilation, groups, activation, output } = layer;
    checkSum(boundOf(layer, reads), where);
    const [rows, columns, depth, units] = [
      kernel.codes.length,
      kernel.codes[0].length,
      kernel.codes[0][0].length,
      bias.codes.length,
    ];
    const codes = bias.codes.flatMap((_, unit) =>
      Array.from({ length: depth }, (_, channel) =>
        kernel.codes.flatMap((row) => row.map((tap) => tap[channel][unit])),
      ).flat(),
    );
    const taps = depth * rows * columns;
    const values = codes.map((code, at) =>
      valueOfCode(code, fractionOf(kernel.formats[Math.floor(at / taps)])),
    );
    const weights = graph.constant(`${name}_kernel`, [units, depth, rows, columns], values, where);
    const biases = graph.constant(`${name}_biases`, [units], valuesOf(bias.codes, bias.formats), where);
    const quantized = graph.quantized(weights, `${name}_weights`, kernel.formats, 4, 'ROUND', where);
    const [top, bottom, left, right] = padding;
    const sum = graph.node('Conv', [reads[0].name, quantized, biases], `${name}_sum`, {
      kernel_shape: [rows, columns],
      strides,
      dilations: dilation,
      pads: [top, left, bottom, right],
      group: groups,
    });
    return graph.finished(sum, name, activation, output, [1, 1, units], where);
  },
};

const maxPool: OnnxKind<MaxPoolLayer> = {
  kind: 'max_pool',
  write: ({ name, window, strides, padding: [top, bottom, left, right] }, [read], graph) =>
    graph.node('MaxPool', [read.name], name, {
      kernel_shape: window,
      strides,
      pads: [top, left, bottom, right],
    }),
};

const add: OnnxKind<AddLayer> = {
  kind: 'add',
  write: (layer, reads, graph, where) => {
    const { name, signs, factors, activation, output } = layer;
    checkSum(boundOf(layer, reads), where);
    const terms = reads.map((read, at) => {
      const factor = signs[at] * (factors?.[at] ?? 1);
      if (factor === 1) return read.name;
      return graph.node(
        'Mul',
        [read.name, graph.constant(`${name}_factor${at}`, [], [factor], where)],
        `${name}_term${at}`,
      );
    });
    const sum = terms.reduce((all, term, at) => graph.node('Add', [all, term], `${name}_sum${at}`));
    return graph.finished(sum, name, activation, output, reads[0].tensor.shape, where);
  },
};

/** Only reshapes: the numbers lie with their channels last here, and first there. */
const move: OnnxKind<MoveLayer> = {
  kind: 'move',
  write: ({ name, move: wanted }, [{ name: read, tensor }], graph, where) => {
    if (wanted.kind !== 'reshape') throw problems.onnx(where, `the move ${wanted.kind}`, 'a reshape');
    const last = isMap(tensor.shape)
      ? graph.node('Transpose', [read], `${name}_last`, { perm: [0, 2, 3, 1] })
      : read;
    const shape = graph.whole(`${name}_shape`, [1, ...wanted.shape]);
    if (!isMap(wanted.shape)) return graph.node('Reshape', [last, shape], name);
    return graph.node('Transpose', [graph.node('Reshape', [last, shape], `${name}_map`)], name, {
      perm: [0, 3, 1, 2],
    });
  },
};

/** Every kind that is written, one line each. */
const ONNX_KINDS = [dense, conv2d, maxPool, add, move] as unknown as readonly OnnxKind<Layer>[];

export function writeLayer(layer: Layer, reads: readonly Read[], graph: GraphBuilder): string {
  const where = `layer ${layer.name}`;
  const kind = ONNX_KINDS.find((one) => one.kind === layer.kind);
  if (kind !== undefined) return kind.write(layer, reads, graph, where);
  const wanted = `one of ${ONNX_KINDS.map((one) => one.kind).join(', ')}`;
  throw problems.onnx(where, `the kind ${layer.kind}`, wanted);
}
