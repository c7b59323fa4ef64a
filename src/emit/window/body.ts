import type { MapBody } from '../../hardware/window/types.js';
import type { PlanContext } from '../architecture.js';
import type { LayerTiming } from '../manifest.js';
import type { OperandPages } from '../manifest-buses.js';
import type { StageModule } from '../serial/layer.js';

/** What works on the positions of a map, on its way to a module. */
export interface PlannedBody extends MapBody {
  /** Of a body that takes the codes under the window into a memory, by their slots. @param instance where its module is */
  readonly pages?: (instance: readonly string[]) => OperandPages[];
  /** @param taps what the codes in the slots of its input bus are called */
  readonly planModule: (taps: readonly string[], context: PlanContext) => BodyModule;
  /** What is multiplied on which lanes for so many positions; nothing where every product has hardware of its own. */
  readonly workOf: (positions: number) => Partial<Pick<LayerTiming, 'lanes' | 'denseInterval' | 'schedule'>>;
}

/** Ports aclk, aresetn, then the codes under the window x (in) and the cell y (out), each with valid and ready. */
export interface BodyModule extends StageModule {
  /** Those that the group's module has too and hands down. */
  readonly parameters: readonly string[];
}
