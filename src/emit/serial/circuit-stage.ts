import type { CircuitStage } from '../../hardware/serial/plan.js';
import type { BuildContext } from '../architecture.js';
import { emitLayer } from '../parallel/layer.js';
import { portsOf } from '../parallel/ports.js';
import type { EmittedStage } from './layer.js';

/** @param inputNames what the slots of the input bus are called */
export function emitCircuitStage(
  { circuit }: CircuitStage,
  inputNames: readonly string[],
  context: BuildContext,
): EmittedStage {
  const [ports] = portsOf(circuit, inputNames);
  const { source, module, results, resultsValid } = emitLayer(circuit, 0, ports, context);
  return { source, module, results, valid: resultsValid, roms: [] };
}
