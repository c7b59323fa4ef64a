import { ZERO } from '../../network/layers/wires.js';
import { sizeOf } from '../../network/tensor.js';
import type { Forward, Shape } from './kind.js';

/** Values put in order: `wires` count the values of all tensors read on, one tensor after the other; padding is 0. */
export function wired(wires: readonly number[], inputs: readonly Shape[]): Forward {
  const sizes = inputs.map((shape) => sizeOf({ shape }));
  const places = wires.map((wire) => {
    let [tensor, at] = [0, wire];
    while (wire !== ZERO && at >= sizes[tensor]) at -= sizes[tensor++];
    return { tensor, at };
  });
  return (values, samples) => {
    const given = new Float64Array(samples * places.length);
    for (let sample = 0; sample < samples; sample++) {
      const begin = sample * places.length;
      places.forEach(({ tensor, at }, place) => {
        if (at !== ZERO) given[begin + place] = values[tensor][sample * sizes[tensor] + at];
      });
    }
    return given;
  };
}
