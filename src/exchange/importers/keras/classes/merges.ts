import { z } from 'zod';
import { printShape } from '../../../../network/tensor.js';
import { type Call, type LayerClass, members } from '../call.js';
import { storedShape } from '../value.js';

/** Layers that read several tensors. */

function alikeShape(call: Call): readonly number[] {
  const [first, ...rest] = call.inputs;
  if (first === undefined || rest.length === 0) {
    const hint = 'a layer that adds a constant reads one: a Rescaling layer does that';
    return call.refuse(`${call.inputs.length} tensors`, 'two or more', hint);
  }
  const other = rest.find(({ shape }) => printShape(shape) !== printShape(first.shape));
  if (other === undefined) return first.shape;
  return call.refuse(
    `tensors of ${printShape(first.shape)} and ${printShape(other.shape)}`,
    'tensors of one shape',
  );
}

const add: LayerClass = (call) => {
  const shape = alikeShape(call);
  return call.add({ kind: 'add', signs: call.inputs.map(() => 1), activation: 'linear' }, shape);
};

const subtract: LayerClass = (call) => {
  const shape = alikeShape(call);
  if (call.inputs.length !== 2) call.refuse(`${call.inputs.length} tensors`, 'two');
  return call.add({ kind: 'add', signs: [1, -1], activation: 'linear' }, shape);
};

const average: LayerClass = (call) => {
  const sum = add(call);
  const channels = sum.shape[sum.shape.length - 1];
  const factors = new Float64Array(channels).fill(1 / call.inputs.length);
  const layer = { kind: 'scale', factors, offsets: new Float64Array(channels), activation: 'linear' };
  return call.add(layer, sum.shape, [sum], `${call.layer.name}_mean`);
};

const CONCATENATE = members({ axis: z.int().default(-1) });

const concatenate: LayerClass = (call) => {
  const { axis: given } = call.config(CONCATENATE);
  const [first] = call.inputs;
  if (first === undefined || call.inputs.length < 2) {
    return call.refuse(`${call.inputs.length} tensors`, 'two or more');
  }
  const rank = first.shape.length;
  // Axes are counted with the batch.
  const axis = given < 0 ? given + rank : given - 1;
  if (!(axis >= 0 && axis < rank)) call.refuse(`axis ${given}`, `an axis from 1 to ${rank}: 0 is the batch`);
  const others = (shape: readonly number[]) => shape.map((length, at) => (at === axis ? 0 : length));
  const odd = call.inputs.find(({ shape }) => printShape(others(shape)) !== printShape(others(first.shape)));
  if (odd !== undefined) {
    const got = `tensors of ${printShape(first.shape)} and ${printShape(odd.shape)}`;
    call.refuse(got, `ones that differ along axis ${axis + 1} only`);
  }
  const along = call.inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.shape.map((length, at) => (at === axis ? along : length));
  const place = axis + storedShape(shape).length - rank;
  return call.add({ kind: 'concat', axis: place }, shape);
};

export const MERGES: Readonly<Record<string, LayerClass>> = {
  Add: add,
  Subtract: subtract,
  Average: average,
  Concatenate: concatenate,
};
