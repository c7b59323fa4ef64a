import { z } from 'zod';
import type { Circuit } from '../../hardware/parallel/circuit.js';
import { compileCircuit } from '../../hardware/parallel/compile.js';
import { circuitCost } from '../../hardware/parallel/cost.js';
import { type CompileBody, planMaps } from '../../hardware/window/plan.js';
import type { AffineNetwork } from '../../network/affine.js';
import type { Architecture, BuildContext, Design } from '../architecture.js';
import type { EmittedHead } from '../heads/head.js';
import { buildHead } from '../heads/index.js';
import type { ResourceEstimate } from '../manifest.js';
import { streamCost } from '../stream-cost.js';
import { emitTop } from '../top.js';
import { GROUP_PRIMITIVES } from '../window/group.js';
import { type EmittedPiece, emitPieces } from './pieces.js';

const OPTIONS = z.strictObject({
  adderLevelsPerStage: z
    .union([z.int().min(1), z.enum(['layer', 'none'])])
    .default(3)
    .describe(
      'Adders in a row between two registers; `layer`: registers between layers only; `none`: before the output only.',
    ),
  effort: z
    .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
    .default(1)
    .describe('How long to search for a smaller circuit: 0 at once, 3 longest.'),
  form: z
    .enum(['optimized', 'csd', 'naive'])
    .default('optimized')
    .describe(
      '`csd` and `naive` are there to be compared with: trees of adders, and multiplications by constants.',
    ),
  seed: z.int().default(1).describe("Of the search's random choices."),
  tableBits: z
    .int()
    .min(0)
    .max(20)
    .default(16)
    .describe(
      'Input bits up to which a neuron may become lookup tables, where those take fewer LUTs; 0: none.',
    ),
  maxLuts: z
    .int()
    .min(1)
    .default(100_000)
    .describe('The largest circuit that is built, in LUTs by a rough estimate.'),
  maps: z
    .enum(['stream', 'unroll'])
    .default('stream')
    .describe(
      'Convolutions and pools: `stream` takes a position a clock through one circuit; `unroll` builds every position.',
    ),
  adderRows: z
    .union([z.literal(2), z.literal(3)])
    .default(3)
    .describe('Numbers that one adder adds up: 3 where LUTs and carry chains can (AMD, Intel), else 2.'),
});

export type ParallelOptions = z.infer<typeof OPTIONS>;

/** The whole network as one circuit of adders that takes a sample every clock, or maps a position every clock. */
export const parallel: Architecture<ParallelOptions> = {
  name: 'parallel',
  options: OPTIONS,
  build(network, options, context) {
    const compile: CompileBody = (part, inputs) => compileCircuit(part, options, inputs);
    const groups = options.maps === 'stream' ? planMaps(context.network, network, compile) : [];
    const pieces = emitPieces(network, groups, compile, context);
    return emitPiecewise(network, pieces, options, context);
  },
};

function emitPiecewise(
  network: AffineNetwork,
  pieces: readonly EmittedPiece[],
  options: ParallelOptions,
  context: BuildContext,
): Design {
  const head = buildHead(network, context);
  const circuits = pieces.flatMap((piece) => piece.circuits);
  const kinds = new Set(circuits.flatMap(({ values }) => values.map(({ operation }) => operation.kind)));
  const primitives = [
    ...(kinds.has('adder') ? ['espalier_adder'] : []),
    ...(kinds.has('table') ? ['espalier_table'] : []),
  ];
  const hasMaps = pieces.some(({ isGroup }) => isGroup);
  const top = emitTop(
    {
      network,
      what: hasMaps ? 'parallel inference, a position of a map a clock' : 'fully parallel inference',
      layers: pieces.flatMap(({ layers }) => layers),
      parameters: ['XILINX'],
      inputs: network.inputs.flatMap(({ read }, input) => (read ? [input] : [])),
      head,
      timings: pieces.flatMap(({ timings }) => timings),
    },
    context,
  );
  let layer = 0;
  const traces = pieces.flatMap((piece) => {
    const instances = top.instances.slice(layer, layer + piece.layers.length);
    layer += piece.layers.length;
    return piece.traces(instances);
  });
  return {
    sources: [
      ...pieces.flatMap(({ sources }) => sources),
      ...(head === undefined ? [] : [head.source]),
      top.source,
    ],
    primitives: [
      ...new Set([
        ...primitives,
        ...(hasMaps ? GROUP_PRIMITIVES : []),
        ...(head?.primitives ?? []),
        ...top.primitives,
      ]),
    ],
    roms: head?.roms ?? [],
    samples: top.samples,
    timing: top.timing,
    traces,
    ...(options.form === 'optimized' && !hasMaps ? { estimate: estimateOf(circuits, head, context) } : {}),
    synthesis: { parameters: { xc7: { XILINX: 1 } }, inlined: primitives },
  };
}

function estimateOf(
  circuits: readonly Circuit[],
  head: EmittedHead | undefined,
  { stream }: BuildContext,
): ResourceEstimate {
  const costs = circuits.map(circuitCost);
  const { luts, lutRams, flipFlops, blockRams } = head?.cost ?? {
    luts: 0,
    lutRams: 0,
    flipFlops: 0,
    blockRams: 0,
  };
  const beats = streamCost(stream);
  return {
    target: 'xc7',
    luts: costs.reduce((sum, cost) => sum + cost.luts, luts + beats.luts),
    lutRams,
    flipFlops: costs.reduce((sum, cost) => sum + cost.flipFlops, flipFlops + beats.flipFlops),
    blockRams,
  };
}
