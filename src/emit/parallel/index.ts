import { z } from 'zod';
import { printFormat } from '../../fixed/format.js';
import { type Circuit, isSigned } from '../../hardware/parallel/circuit.js';
import { compileCircuit } from '../../hardware/parallel/compile.js';
import { circuitCost } from '../../hardware/parallel/cost.js';
import { type AffineNetwork, termsOf } from '../../network/affine.js';
import { type Architecture, type BuildContext, type Design, handedOn } from '../architecture.js';
import type { EmittedHead } from '../heads/head.js';
import { buildHead } from '../heads/index.js';
import type { Field, LayerTiming, LayerTrace, ResourceEstimate } from '../manifest.js';
import { streamCost } from '../stream-cost.js';
import { emitTop } from '../top.js';
import { type EmittedLayer, emitLayer, type LayerPorts } from './layer.js';
import { portsOf, readInputs } from './ports.js';

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
  adderRows: z
    .union([z.literal(2), z.literal(3)])
    .default(3)
    .describe('Numbers that one adder adds up: 3 where LUTs and carry chains can (AMD, Intel), else 2.'),
});

export type ParallelOptions = z.infer<typeof OPTIONS>;

/** The whole network as one circuit of adders that takes a sample every clock. */
export const parallel: Architecture<ParallelOptions> = {
  name: 'parallel',
  options: OPTIONS,
  build(network, options, context) {
    return emitCircuit(network, compileCircuit(network, options), options, context);
  },
};

function emitCircuit(
  network: AffineNetwork,
  circuit: Circuit,
  options: ParallelOptions,
  context: BuildContext,
): Design {
  const ports = portsOf(circuit);
  const layers = circuit.layers.map((_, index) => emitLayer(circuit, index, ports[index], context));
  const head = buildHead(network, context);
  const kinds = new Set(circuit.values.map(({ operation }) => operation.kind));
  const primitives = [
    ...(kinds.has('adder') ? ['espalier_adder'] : []),
    ...(kinds.has('table') ? ['espalier_table'] : []),
  ];
  const top = emitTop(
    {
      network,
      what: 'fully parallel inference',
      layers: circuit.layers.map(({ name }, index) => {
        return { name, module: layers[index].module, x: ports[index].x, y: ports[index].y };
      }),
      parameters: ['XILINX'],
      inputs: readInputs(circuit),
      head,
      timings: timingsOf(network, circuit),
    },
    context,
  );
  return {
    sources: [
      ...layers.map(({ source }) => source),
      ...(head === undefined ? [] : [head.source]),
      top.source,
    ],
    primitives: [...primitives, ...(head?.primitives ?? []), ...top.primitives],
    roms: head?.roms ?? [],
    samples: top.samples,
    timing: top.timing,
    traces: circuit.layers.map((_, index) =>
      traceOf(circuit, index, ports[index], layers[index], top.instances[index]),
    ),
    ...(options.form === 'optimized' ? { estimate: estimateOf(circuit, head, context) } : {}),
    synthesis: { parameters: { xc7: { XILINX: 1 } }, inlined: primitives },
  };
}

function estimateOf(
  circuit: Circuit,
  head: EmittedHead | undefined,
  { stream }: BuildContext,
): ResourceEstimate {
  const circuitOnly = circuitCost(circuit);
  const { luts, lutRams, flipFlops, blockRams } = head?.cost ?? {
    luts: 0,
    lutRams: 0,
    flipFlops: 0,
    blockRams: 0,
  };
  const beats = streamCost(stream);
  return {
    target: 'xc7',
    luts: circuitOnly.luts + luts + beats.luts,
    lutRams,
    flipFlops: circuitOnly.flipFlops + flipFlops + beats.flipFlops,
    blockRams,
  };
}

/** A sample enters every cycle. */
const timingsOf = (network: AffineNetwork, circuit: Circuit): LayerTiming[] =>
  circuit.layers.map(({ name, latency }, index) => {
    return { layer: name, interval: 1, latency, ...termsOf(network.layers[index]) };
  });

function traceOf(
  circuit: Circuit,
  index: number,
  { y }: LayerPorts,
  { module, results, resultsValid }: EmittedLayer,
  instance: string,
): LayerTrace {
  const { name, units } = circuit.layers[index];
  return {
    layer: name,
    path: [instance],
    module,
    signal: results,
    valid: resultsValid,
    ready: 'y_ready_i',
    width: y.count * y.width,
    fields: units.map(({ unit, origin, value, format }, slot): Field => {
      const { range } = circuit.values[value];
      // The whole slot: the bits above a narrow code are its extension, and are compared too.
      const place = { lsb: slot * y.width, width: y.width, signed: isSigned(range) };
      return { kind: 'value', unit, ...handedOn(name, origin), ...place, format: printFormat(format) };
    }),
  };
}
