import type { Circuit } from '../../hardware/parallel/circuit.js';
import type { PlannedBody } from '../window/body.js';
import { planModule, printModule } from './layer.js';
import { portsOf, readInputs } from './ports.js';

/** A circuit of one layer as what works on the positions of a map, one a clock. */
export function circuitBody(circuit: Circuit, parameters: readonly string[]): PlannedBody {
  const [{ units, latency }] = circuit.layers;
  const [{ x, y }] = portsOf(circuit);
  return {
    read: readInputs(circuit),
    x,
    y,
    given: units.map(({ unit, value }) => ({ unit, output: circuit.values[value].range })),
    control: { kind: 'pipeline', latency },
    planModule: (taps, context) => {
      const [ports] = portsOf(circuit, taps);
      const planned = planModule(circuit, 0, ports, context);
      const { module, results, resultsValid: valid } = planned;
      const print: ReturnType<PlannedBody['planModule']>['print'] = (generator) =>
        printModule(planned, generator);
      return { module, results, valid, roms: [], parameters, print };
    },
    workOf: () => ({}),
  };
}
