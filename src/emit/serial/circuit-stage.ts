import type { CircuitStage } from '../../hardware/serial/plan.js';
import type { PlanContext } from '../architecture.js';
import { planModule, printModule } from '../parallel/layer.js';
import { portsOf } from '../parallel/ports.js';
import type { StageModule } from './layer.js';

/** @param inputNames what the slots of the input bus are called */
export function planCircuitStage(
  { circuit }: CircuitStage,
  inputNames: readonly string[],
  context: PlanContext,
): StageModule {
  const [ports] = portsOf(circuit, inputNames);
  const planned = planModule(circuit, 0, ports, context);
  return {
    module: planned.module,
    results: planned.results,
    valid: planned.resultsValid,
    roms: [],
    print: (generator) => printModule(planned, generator),
  };
}
