import { z } from 'zod';
import type { Circuit } from '../../hardware/parallel/circuit.js';
import { compileCircuit } from '../../hardware/parallel/compile.js';
import { circuitCost } from '../../hardware/parallel/cost.js';
import { levelsBetweenRegisters } from '../../hardware/parallel/delay.js';
import { type PlanBody, planMaps } from '../../hardware/window/plan.js';
import type { Architecture, StageCost } from '../architecture.js';
import { GROUP_PRIMITIVES } from '../window/group.js';
import { circuitBody } from './body.js';
import { type CircuitBody, type CompileBody, planPieces } from './pieces.js';

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
    const compile: CompileBody = (network, inputs) => compileCircuit(network, options, inputs);
    const planBody: PlanBody<CircuitBody> = (position, codes) => {
      const circuit = compile(position, codes);
      return { ...circuitBody(circuit, ['XILINX']), circuit };
    };
    const groups = options.maps === 'stream' ? planMaps(context.network, part, planBody) : [];
    const pieces = planPieces(part, groups, compile, context);
    const circuits = pieces.flatMap((piece) => piece.circuits);
    const kinds = new Set(circuits.flatMap(({ values }) => values.map(({ operation }) => operation.kind)));
    const primitives = [
      ...(kinds.has('adder') ? ['espalier_adder'] : []),
      ...(kinds.has('table') ? ['espalier_table'] : []),
    ];
    const hasMaps = pieces.some(({ isGroup }) => isGroup);
    return {
      what: hasMaps ? 'parallel inference, a position of a map a clock' : 'fully parallel inference',
      stages: pieces.flatMap(({ stages }) => stages),
      primitives: [...primitives, ...(hasMaps ? GROUP_PRIMITIVES : [])],
      ...(options.form === 'optimized' && !hasMaps
        ? { cost: costOf(circuits), adderLevels: Math.max(...circuits.map(levelsBetweenRegisters)) }
        : {}),
      synthesis: { parameters: { xc7: { XILINX: 1 } }, inlined: primitives },
      given: pieces[pieces.length - 1].given,
    };
  },
};

function costOf(circuits: readonly Circuit[]): StageCost {
  const costs = circuits.map(circuitCost);
  return {
    luts: costs.reduce((sum, cost) => sum + cost.luts, 0),
    lutRams: 0,
    flipFlops: costs.reduce((sum, cost) => sum + cost.flipFlops, 0),
    blockRams: 0,
  };
}
