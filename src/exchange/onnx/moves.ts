import { assertNever } from '../../core/assert.js';
import type { ConcatLayer } from '../../network/layers/concat.js';
import type { MaxPoolLayer } from '../../network/layers/max-pool.js';
import type { Move, MoveLayer } from '../../network/layers/move.js';
import type { UpsampleLayer } from '../../network/layers/upsample.js';
import { isMap } from '../../network/tensor.js';
import type { Layer } from '../../network/types.js';
import type { GraphBuilder, Value } from './graph.js';
import type { OnnxKind, Read, Written } from './kind.js';

/** Layers that choose or move codes. */

/** Axes of height, width and channels, and that of units, where the batch is the first. */
const axisOf = (axis: number, rank: number): number => (rank === 1 ? 1 : [2, 3, 1][axis]);

/** Numbers for height, width and channels, as ONNX's axes without the batch lie. */
const asAxes = <T>(list: readonly T[]): T[] => (list.length === 1 ? [...list] : [list[2], list[0], list[1]]);

const maxPool: OnnxKind<MaxPoolLayer> = {
  kind: 'max_pool',
  write: ({ name, window, strides, padding: [top, bottom, left, right] }, { reads: [read], graph }) =>
    graph.map('MaxPool', [read], name, {
      kernel_shape: window,
      strides,
      pads: [top, left, bottom, right],
    }),
};

const concat: OnnxKind<ConcatLayer> = {
  kind: 'concat',
  write: ({ name, axis }, { reads, graph }) => {
    const type = reads.some((read) => read.type === 'double') ? 'double' : 'float';
    const [first, ...others] = reads.map((read, at) => graph.cast(read, type, `${name}_read${at}`));
    return graph.map('Concat', [first, ...others], name, {
      axis: axisOf(axis, reads[0].tensor.shape.length),
    });
  },
};

const upsample: OnnxKind<UpsampleLayer> = {
  kind: 'upsample',
  write: ({ name, factors }, { reads: [read], graph }) => {
    const scales = graph.constant(`${name}_scales`, [4], [1, 1, ...factors], 'float');
    return graph.map('Resize', [read, '', scales], name, {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  },
};

const move: OnnxKind<MoveLayer> = {
  kind: 'move',
  write: ({ name, move: wanted }, { reads: [read], graph }: Written) => moved(graph, name, wanted, read),
};

function moved(graph: GraphBuilder, name: string, wanted: Move, read: Read): Value {
  const { shape } = read.tensor;
  const rank = shape.length;
  switch (wanted.kind) {
    case 'reshape':
      return reshaped(graph, name, wanted.shape, read);
    case 'permute': {
      if (rank === 1) return graph.map('Identity', [read], name);
      const perm = [0, ...asAxes(wanted.axes).map((axis) => axisOf(axis, rank))];
      return graph.map('Transpose', [read], name, { perm });
    }
    case 'crop': {
      const ends = (what: string, list: readonly number[]) => graph.whole(`${name}_${what}`, asAxes(list));
      const axes = graph.whole(
        `${name}_axes`,
        shape.map((_, axis) => axis + 1),
      );
      return graph.map('Slice', [read, ends('begin', wanted.begin), ends('end', wanted.end), axes], name);
    }
    case 'pad': {
      const cells = graph.whole(`${name}_cells`, [0, ...asAxes(wanted.before), 0, ...asAxes(wanted.after)]);
      return graph.map('Pad', [read, cells], name);
    }
    default:
      return assertNever(wanted);
  }
}

/** The numbers lie with their channels last here, and first there. */
function reshaped(graph: GraphBuilder, name: string, wanted: readonly number[], read: Read): Value {
  const last = isMap(read.tensor.shape)
    ? graph.map('Transpose', [read], `${name}_last`, { perm: [0, 2, 3, 1] })
    : read;
  const shape = graph.whole(`${name}_shape`, [1, ...wanted]);
  if (!isMap(wanted)) return graph.map('Reshape', [last, shape], name);
  const map = graph.map('Reshape', [last, shape], `${name}_map`);
  return graph.map('Transpose', [map], name, { perm: [0, 3, 1, 2] });
}

export const MOVES = [maxPool, concat, upsample, move] as unknown as readonly OnnxKind<Layer>[];
