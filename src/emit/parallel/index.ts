import { z } from 'zod';
import { EspalierError } from '../../core/errors.js';
import { type DeviceCost, type Multipliers, sumOf } from '../../hardware/device-cost.js';
import type { Circuit } from '../../hardware/parallel/circuit.js';
import { compileCircuit } from '../../hardware/parallel/compile.js';
import { circuitCost, fewestLuts } from '../../hardware/parallel/cost.js';
import { levelsBetweenRegisters } from '../../hardware/parallel/delay.js';
import { layersOf, type Part } from '../../hardware/part.js';
import { planMaps } from '../../hardware/window/plan.js';
import { withPorts } from '../../hardware/window/port.js';
import type { PlanBody } from '../../hardware/window/types.js';
import { termsOf } from '../../network/affine.js';
import {
  type Architecture,
  costsBeside,
  endsOf,
  type Offer,
  type Offers,
  type PartContext,
} from '../architecture.js';
import { circuitBody } from './body.js';
import { type CircuitBody, type CompileBody, type Piece, planPieces } from './pieces.js';

const LEVELS = 'a whole number from 1, layer or none';
const TABLE_BITS = 'a whole number from 0 to 20';
const LUTS = 'a whole number from 1';
const OPTIONS = z.strictObject({
  adderLevelsPerStage: z
    .union([z.int().min(1), z.enum(['layer', 'none'])], LEVELS)
    .default(3)
    .describe(
      'Adders in a row between two registers; `layer`: registers between layers only; `none`: before the output only.',
    ),
  effort: z
    .literal([0, 1, 2, 3], 'a whole number from 0 to 3')
    .default(1)
    .describe('How long to search for a smaller circuit: 0 at once, 3 longest.'),
  form: z
    .enum(['optimized', 'csd', 'naive'], 'one of optimized, csd, naive')
    .default('optimized')
    .describe(
      '`csd` and `naive` are there to be compared with: trees of adders, and multiplications by constants.',
    ),
  seed: z.int('a whole number').default(1).describe("Of the search's random choices."),
  tableBits: z
    .int(TABLE_BITS)
    .min(0, TABLE_BITS)
    .max(20, TABLE_BITS)
    .default(16)
    .describe(
      'Input bits up to which a neuron may become lookup tables, where those take fewer LUTs; 0: none.',
    ),
  maxLuts: z
    .int(LUTS)
    .min(1, LUTS)
    .default(100_000)
    .describe('The largest circuit that is built, in LUTs by a rough estimate.'),
  maps: z
    .enum(['stream', 'unroll'], 'one of stream, unroll')
    .default('stream')
    .describe(
      'Convolutions and pools: `stream` takes a position a clock through one circuit; `unroll` builds every position.',
    ),
  adderRows: z
    .literal([2, 3], '2 or 3')
    .default(3)
    .describe('Numbers that one adder adds up: 3 where LUTs and carry chains can (AMD, Intel), else 2.'),
});

export type ParallelOptions = z.infer<typeof OPTIONS>;

/** The whole network as one circuit of adders that takes a sample every clock, or maps a position every clock. */
export const parallel: Architecture<ParallelOptions> = {
  name: 'parallel',
  options: OPTIONS,
  alternatives: [],
  plan(part, options, context) {
    const pieces = piecesOf(part, options, context);
    const circuits = pieces.flatMap((piece) => piece.circuits);
    const kinds = new Set(circuits.flatMap(({ values }) => values.map(({ operation }) => operation.kind)));
    const primitives = [
      ...(kinds.has('adder') ? ['espalier_adder'] : []),
      ...(kinds.has('table') ? ['espalier_table'] : []),
    ];
    const stages = pieces.flatMap((piece) => piece.stages);
    const hasMaps = pieces.some(({ group }) => group !== undefined);
    return {
      what: hasMaps ? 'parallel inference, a position of a map a clock' : 'fully parallel inference',
      stages,
      primitives,
      ...(options.form === 'optimized'
        ? { cost: costOf(circuits), adderLevels: Math.max(...circuits.map(levelsBetweenRegisters)) }
        : {}),
      synthesis: { parameters: { xc7: { XILINX: 1 } }, inlined: primitives },
      given: pieces[pieces.length - 1].given,
    };
  },
  offers: offersOf,
};

function piecesOf(part: Part, options: ParallelOptions, context: PartContext): Piece[] {
  const compile: CompileBody = (network, inputs) => compileCircuit(network, options, inputs);
  const planBody: PlanBody<CircuitBody> = (position, codes) => {
    const circuit = compile(position, codes);
    return { ...circuitBody(circuit, ['XILINX']), circuit };
  };
  const maps = options.maps === 'stream' ? planMaps(context.lowered, part, planBody, 'taken') : [];
  const groups = withPorts(maps, context.stream.input);
  return planPieces(part, groups, compile, context);
}

/** Layers as circuits, their maps a position a clock if they have some, or unrolled. */
function offersOf(part: Part, _multipliers: Multipliers | 'auto', context: PartContext): Offers {
  const known = new Map<string, Offer>();
  const terms = layersOf(part).reduce((sum, layer) => sum + termsOf(layer).terms, 0);
  const offer = (maps: ParallelOptions['maps'], maxLuts: number): Offer | undefined => {
    // Not even begun: of large maps no end would come.
    if (maps === 'unroll' && fewestLuts(terms) > maxLuts) return undefined;
    const options = OPTIONS.parse({ maps, maxLuts });
    try {
      const pieces = piecesOf(part, options, context);
      const stages = pieces.flatMap((piece) => piece.stages);
      const circuits = pieces.flatMap((piece) => piece.circuits);
      const hasMaps = pieces.some(({ group }) => group !== undefined);
      return {
        options: OPTIONS.parse({ maps }),
        cost: sumOf([costOf(circuits), ...costsBeside(stages)]),
        interval: Math.max(...stages.flatMap(({ timings }) => timings.map((timing) => timing.interval))),
        form: hasMaps ? 'a position of a map a clock' : 'a sample a clock',
        ends: endsOf(stages),
      };
    } catch (error) {
      if (error instanceof EspalierError && NOT_BUILT.has(error.code)) return undefined;
      throw error;
    }
  };
  return (_wanted, mostLuts) => {
    const found = (['stream', 'unroll'] as const).flatMap((maps) => {
      const made = known.get(maps) ?? offer(maps, mostLuts);
      if (made === undefined) return [];
      known.set(maps, made);
      return [made];
    });
    // Where there are no maps both are the same.
    return found.filter(({ interval }, at) => at === 0 || interval !== found[0].interval);
  };
}

/** A layer that this engine cannot have, or that is too large for it, has no offer of it. */
const NOT_BUILT = new Set(['hardware/parallel-too-large', 'hardware/scaled-too-wide']);

function costOf(circuits: readonly Circuit[]): DeviceCost {
  const costs = circuits.map(circuitCost);
  return {
    luts: costs.reduce((sum, cost) => sum + cost.luts, 0),
    lutRams: 0,
    flipFlops: costs.reduce((sum, cost) => sum + cost.flipFlops, 0),
    blockRams: 0,
    dsps: 0,
  };
}
