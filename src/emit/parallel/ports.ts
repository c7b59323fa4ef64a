import type { Circuit } from '../../hardware/parallel/circuit.js';
import { slotsFor } from '../../hardware/slots.js';
import type { LayerPorts } from './layer.js';

/** Numbers of the inputs that the circuit reads. */
export const readInputs = ({ inputs }: Circuit): number[] =>
  inputs.flatMap(({ value }, input) => (value === undefined ? [] : [input]));

/**
 * What every layer's module takes and gives.
 *
 * @param names what the inputs that are read are called
 */
export function portsOf(
  circuit: Circuit,
  names: readonly string[] = readInputs(circuit).map((input) => `input${input}`),
): LayerPorts[] {
  const rangeOf = (value: number) => circuit.values[value].range;
  let inputs = circuit.inputs.flatMap(({ value }) => (value === undefined ? [] : [value]));
  let inputNames = names;
  let x = slotsFor(inputs.map(rangeOf));
  return circuit.layers.map(({ name, units }) => {
    const values = units.map(({ value }) => value);
    const y = slotsFor(values.map(rangeOf));
    const ports = { inputs, inputNames, x, y };
    inputs = values;
    inputNames = units.map(({ unit }) => `${name}_unit${unit}`);
    x = y;
    return ports;
  });
}
