import { z } from 'zod';
import { EspalierError } from '../../core/errors.js';
import { present } from '../../core/objects.js';
import { printFormat } from '../../fixed/format.js';
import { type DeviceCost, MULTIPLIERS, type Multipliers, sumOf } from '../../hardware/device-cost.js';
import { codesOf, type Part, partBehind, slotNames } from '../../hardware/part.js';
import { problems as hardwareProblems } from '../../hardware/problems.js';
import { stageCost, stageLevels } from '../../hardware/serial/cost.js';
import { dealInterval, dealLanes } from '../../hardware/serial/deal.js';
import {
  givingResults,
  layersOnCells,
  OPERAND_FORMS,
  withOperandMemories,
} from '../../hardware/serial/operands.js';
import {
  type Dealer,
  hasWaits,
  layerTiming,
  planSerial,
  type SerialStage,
} from '../../hardware/serial/plan.js';
import { slotsFor } from '../../hardware/slots.js';
import type { AffineNetwork } from '../../network/affine.js';
import {
  type Architecture,
  costsBeside,
  endsOf,
  handedOn,
  type Offer,
  type Offers,
  type PartContext,
  type StagePlan,
} from '../architecture.js';
import { codeFields } from '../code-fields.js';
import type { Fifo } from '../manifest.js';
import type { Field, LayerTrace } from '../manifest-buses.js';
import { runsOf } from '../runs.js';
import { count } from '../verilog.js';
import { planGroup } from '../window/group.js';
import { workOf } from './body.js';
import { planCircuitStage } from './circuit-stage.js';
import { commonFormat } from './common-format.js';
import { planLayer, type StageModule } from './layer.js';
import { mapsOnLanes, mapsWithin } from './maps.js';
import { inputCodes, isSpaced, operandPages } from './operands.js';

const LANES = 'a whole number of lanes from 1';
const CYCLES = 'a whole number of cycles from 1';
const OPTIONS = z.strictObject({
  multipliers: z
    .enum(MULTIPLIERS, `one of ${MULTIPLIERS.join(', ')}`)
    .default('dsp')
    .describe('`dsp`: products that tools put in DSP blocks; `luts`: products of adders.'),
  lanes: z.int(LANES).min(1, LANES).optional().describe('MAC lanes of every layer; 1 where nothing is said.'),
  interval: z
    .int(CYCLES)
    .min(1, CYCLES)
    .optional()
    .describe(
      'In place of lanes: cycles from one sample to the next; every layer has the fewest lanes that reach it.',
    ),
  maps: z
    .enum(['stream', 'unroll'], 'one of stream, unroll')
    .default('stream')
    .describe(
      'Convolutions and pools: `stream` takes one position after the other on the same lanes; `unroll` builds every position.',
    ),
  operands: z
    .enum(OPERAND_FORMS, `one of ${OPERAND_FORMS.join(', ')}`)
    .optional()
    .describe(
      'Where lanes have their operands: in a memory, wherever a layer gets them one after the other; in registers behind a multiplexer; or auto, as where nothing is said: in a memory wherever that is smaller.',
    ),
});

export type SerialOptions = z.infer<typeof OPTIONS>;

/** Modules of `rtl/` that every layer of lanes uses, in an order that compiles. */
const LANE_PRIMITIVES = [
  'espalier_rom',
  'espalier_product',
  'espalier_mac_lane',
  'espalier_requantize',
  'espalier_sequencer',
];

/** One engine of sparse MAC lanes per layer, all working at once on consecutive samples. */
export const serial: Architecture<SerialOptions> = {
  name: 'serial',
  options: OPTIONS,
  alternatives: [['lanes', 'interval']],
  plan(part, options, context) {
    const { layers, stages } = planChain(part, options, context);
    const { multipliers } = options;
    return {
      what: 'serial sparse inference',
      stages,
      primitives: primitivesOf(layers),
      cost: costOf(layers, multipliers),
      adderLevels: Math.max(...layers.map((layer) => stageLevels(layer, multipliers))),
      given: codesOf(part.network.layers[part.end - 1]),
    };
  },
  offers: offersOf,
};

function planChain(part: Part, options: SerialOptions, context: PartContext) {
  const { network } = part;
  const { multipliers } = options;
  const groups = options.maps === 'stream' ? mapsOf(part, options, context) : [];
  const layers: SerialStage[] = groups.flatMap((group) => group.stages.map(({ body }) => body.layer));
  const stages: StagePlan[] = [];
  for (const run of runsOf(part, groups)) {
    const { first, end, group } = run;
    const isFirst = first === part.first;
    const rest = isFirst
      ? { ...part, end }
      : partBehind(
          network,
          first,
          end,
          codesOf(network.layers[first - 1]),
          stages.at(-1)?.givesCells?.stream,
        );
    if (group === undefined) {
      const inputs = slotFields(rest, context);
      const planned = plannedLayers(rest, inputs, options, context);
      layers.push(...planned);
      planned.forEach((layer, index) => {
        const fields = index === 0 ? inputs : rowFields(planned[index - 1]);
        stages.push(stageOf(layer, planModule(layer, index, rest, multipliers, context), fields, context));
      });
    } else {
      stages.push(planGroup(group, network, rest.codes, context));
    }
  }
  return { layers, stages };
}

/** @param inputs the fields of the first layer's input */
function plannedLayers(
  part: Part,
  inputs: readonly Field[],
  options: SerialOptions,
  context: PartContext,
): SerialStage[] {
  const { operands = 'auto' } = options;
  const dealer = dealerOf(options, context);
  const { first, end, cells, network } = part;
  const planned =
    (cells && layersOnCells(part, cells, dealer, operands)) ??
    withOperandMemories(
      planSerial(part, dealer),
      first === 0 ? { ...context.stream.input, fields: inputs } : undefined,
      operands,
    );
  if (end === network.layers.length) {
    planned.push(givingResults(planned.pop() as SerialStage, context.results, operands));
  }
  return planned;
}

const costOf = (layers: readonly SerialStage[], multipliers: Multipliers): DeviceCost =>
  sumOf(layers.map((layer) => stageCost(layer, multipliers)));

/** @param index of the layer in the part */
function planModule(
  layer: SerialStage,
  index: number,
  part: Part,
  multipliers: Multipliers,
  context: PartContext,
): StageModule {
  const number = part.first + index;
  const { network, names } = part;
  return layer.kind === 'lanes'
    ? planLayer(layer, describeInputs(network, number), multipliers, context)
    : planCircuitStage(layer, index === 0 ? names : slotNames(network.layers[number - 1]), context);
}

function offersOf(part: Part, wanted: Multipliers | 'auto', context: PartContext): Offers {
  return (interval) => {
    const chain = chainWithin(part, interval, context);
    if (chain === undefined) return [];
    const { layers, stages } = chain;
    const reached = Math.max(...stages.flatMap(({ timings }) => timings.map((timing) => timing.interval)));
    const offers = MULTIPLIERS.filter((multipliers) => wanted === 'auto' || multipliers === wanted).map(
      (multipliers): Offer => ({
        options: OPTIONS.parse({ interval, multipliers }),
        cost: sumOf([costOf(layers, multipliers), ...costsBeside(stages)]),
        interval: reached,
        form: formOf(layers, multipliers),
        ends: endsOf(stages),
      }),
    );
    // Where nothing is in DSP blocks both are the same.
    return offers.filter(({ cost }, at) => at === 0 || cost.dsps !== offers[0].cost.dsps);
  };
}

/** None where no number of lanes reaches the interval; it is the same for all multipliers. */
function chainWithin(part: Part, interval: number, context: PartContext) {
  try {
    return planChain(part, OPTIONS.parse({ interval }), context);
  } catch (error) {
    if (error instanceof EspalierError && TOO_FAST.has(error.code)) return undefined;
    throw error;
  }
}

const TOO_FAST = new Set(['hardware/interval', 'hardware/map-interval']);

const lanesOf = (layer: SerialStage): number => (layer.kind === 'lanes' ? layer.lanes.length : 0);

function formOf(layers: readonly SerialStage[], multipliers: Multipliers): string {
  const lanes = layers.reduce((sum, layer) => sum + lanesOf(layer), 0);
  return lanes === 0 ? 'without lanes' : `on ${count(lanes, 'lane')}, products in ${WHERE[multipliers]}`;
}

const WHERE = { dsp: 'DSP blocks', luts: 'LUTs' } as const;
/** @param inputs the fields of the layer's input, slot by slot */
const stageOf = (
  layer: SerialStage,
  planned: StageModule,
  inputs: readonly Field[],
  { results }: PartContext,
): StagePlan => ({
  name: layer.name,
  module: planned.module,
  parameters: [],
  ...busesOf(layer),
  ...takesOf(layer),
  ...(layer.kind === 'lanes' && layer.givesWords === 'stream' ? present({ givesResults: results }) : {}),
  timings: [{ layer: layer.name, ...layerTiming(layer), ...workOf(layer) }],
  roms: planned.roms,
  fifos: fifosOf(layer),
  traces: (instance) => [traceOf(layer, planned, instance)],
  operands: (instance) => (layer.kind === 'lanes' ? operandPages(layer, inputs, [instance]) : []),
  print: (generator) => [planned.print(generator)],
});

/** What is on the buses at a time: a whole sample, or a word. */
function busesOf(layer: SerialStage): Pick<StagePlan, 'x' | 'y'> {
  const { x, y } = layer;
  if (layer.kind === 'circuit') return { x, y };
  return {
    x: { ...x, count: inputCodes(layer) },
    y: layer.givesWords === undefined ? y : { ...y, count: 1 },
  };
}

/** How words come in to it, where they do not come from another layer of lanes. */
function takesOf(layer: SerialStage): Pick<StagePlan, 'takesBeats' | 'takesCells'> {
  if (layer.kind === 'circuit' || layer.operands === undefined) return {};
  const { from, cellWords } = layer.operands;
  return from === 'beats' ? { takesBeats: true } : present({ takesCells: cellWords });
}

/** What a part gets of the input stream, or of the layer before it, slot by slot. */
function slotFields({ network, first, codes, cells }: Part, { stream }: PartContext): Field[] {
  if (first > 0) return codeFields(network.layers[first - 1], cells?.slots ?? slotsFor(codes));
  return stream.input.fields.flatMap(({ name: _, ...field }, input) =>
    network.inputs[input].read ? [field] : [],
  );
}

function primitivesOf(layers: readonly SerialStage[]): string[] {
  const onLanes = layers.filter((layer) => layer.kind === 'lanes');
  const hasBypass = onLanes.some(({ bypass }) => bypass !== undefined);
  const hasTable = onLanes.some(({ requantizers }) => requantizers.some(({ table }) => table !== undefined));
  const hasScale = onLanes.some(({ multiplierWidth }) => multiplierWidth > 0);
  const reads = onLanes.filter(({ operands }) => operands !== undefined).length;
  return [
    ...(onLanes.length > 0 ? ['espalier_choose'] : []),
    ...(reads > 0 ? ['espalier_frame', 'espalier_pages', 'espalier_operands'] : []),
    ...(reads < onLanes.length ? ['espalier_select'] : []),
    ...(onLanes.some(isSpaced) ? ['espalier_sample'] : []),
    ...(onLanes.length > 0 ? LANE_PRIMITIVES : []),
    'espalier_skid_buffer',
    ...(hasBypass ? ['espalier_bypass'] : []),
    ...(hasTable ? ['espalier_table'] : []),
    ...(hasScale ? ['espalier_scale'] : []),
    ...(onLanes.some(hasWaits) ? ['espalier_delay'] : []),
  ];
}

function mapsOf(part: Part, options: SerialOptions, { lowered, stream, placeOf }: PartContext) {
  const { lanes = 1, interval } = options;
  const source = { lowered, part, input: stream.input };
  return interval === undefined
    ? mapsOnLanes(source, lanes, options)
    : mapsWithin(source, interval, options, placeOf('interval'));
}

/** How the words of a layer are dealt out to lanes. */
function dealerOf({ lanes = 1, interval }: SerialOptions, { stream, placeOf }: PartContext): Dealer {
  if (interval === undefined) return (_, lengths) => dealLanes(lengths, lanes);
  const beats = Math.max(stream.input.beats, stream.output.beats);
  if (interval < beats) throw hardwareProblems.intervalOfBeats(placeOf('interval'), interval, beats);
  return (_, lengths) => dealInterval(lengths, interval);
}

/** For the header: what the slots of a layer's input bus are. */
function describeInputs({ inputs, layers }: AffineNetwork, number: number): string {
  if (number > 0) {
    const { rows, name } = layers[number - 1];
    const own = rows.filter(({ value }) => value.layer === name);
    const handedOn = count(rows.length - own.length, 'code');
    const others = own.length === rows.length ? '' : ` and ${handedOn} that it hands on`;
    return `neurons ${ranges(own.map(({ unit }) => unit))} of ${name}${others}, ${commonFormat(rows)}`;
  }
  const read = inputs.flatMap((input, unit) => (input.read ? [{ ...input, unit }] : []));
  if (read.length === 0) return 'constant, no input is read';
  return `inputs ${ranges(read.map(({ unit }) => unit))}, ${commonFormat(read)}`;
}

/** Ascending numbers, runs shortened: `0-3, 5`. */
function ranges(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs[runs.length - 1];
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

function fifosOf(layer: SerialStage): Fifo[] {
  if (layer.kind === 'circuit' || layer.bypass === undefined) return [];
  const { slots, width, depth } = layer.bypass;
  return [{ layer: layer.name, width: slots.length * width, depth }];
}

function traceOf(layer: SerialStage, { module, valid, results }: StageModule, instance: string): LayerTrace {
  const { width, count } = layer.y;
  const isWords = layer.kind === 'lanes' && layer.givesWords !== undefined;
  return {
    layer: layer.name,
    path: [instance],
    module,
    signal: results,
    valid,
    ready: 'y_ready_i',
    width: isWords ? width : count * width,
    ...(isWords && count > 1 ? { beats: count } : {}),
    fields: rowFields(layer),
  };
}

/** A layer's codes on its bus: by their rows, or in the order in which they leave. */
function rowFields(layer: SerialStage): Field[] {
  const { width, signed } = layer.y;
  return layer.rows.map(({ unit, value, format }, row): Field => {
    const place = { lsb: placeOf(layer, row) * width, width, signed, format: printFormat(format) };
    return { kind: 'value', unit, ...handedOn(layer.name, value), ...place };
  });
}

function placeOf(layer: SerialStage, row: number): number {
  if (layer.kind !== 'lanes' || layer.givesWords === undefined) return row;
  return layer.lanes[0].runs.findIndex((run) => run.row === row);
}
