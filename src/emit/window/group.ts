import { present } from '../../core/objects.js';
import { rangeOf } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import { sumOf } from '../../hardware/device-cost.js';
import { busWidth, type Slots, slotsFor } from '../../hardware/slots.js';
import { eachCode, keyOfValue } from '../../hardware/window/cells.js';
import { storeCost, windowsCost } from '../../hardware/window/cost.js';
import type { GroupTiming } from '../../hardware/window/schedule.js';
import type { MapGroup, MapStage } from '../../hardware/window/types.js';
import { type AffineNetwork, termsOf } from '../../network/affine.js';
import { INPUT } from '../../network/graph.js';
import type { Generator, PlanContext, StagePlan } from '../architecture.js';
import { streamNamed, streamSignals } from '../handshakes.js';
import { NameSpace } from '../names.js';
import { renderTemplate } from '../template.js';
import {
  alignDeclarations,
  commentLines,
  count,
  type Declaration,
  type InstanceView,
  madeBy,
  separate,
  wire,
} from '../verilog.js';
import type { PlannedBody } from './body.js';
import { traceOf, wholeBus } from './buses.js';
import {
  CUT_PRIMITIVES,
  cellExit,
  END_NAMES,
  type Entrance,
  type Exit,
  fifoView,
  framesOf,
  GIVEN,
  type Leaving,
  portEntrance,
  resultsExit,
  wholeEntrance,
  wholeExit,
} from './ends.js';
import { beforeWindow, stageViews, wordBits } from './instances.js';
import {
  type CellPlace,
  cellStream,
  keptMap,
  type LeavingWay,
  leavingCycles,
  leavingOf,
  leavingWays,
  placesIn,
  resultsWay,
} from './leaving.js';
import { groupNotes } from './notes.js';
import { type Pick as Place, repack } from './repack.js';
import { cellBits, cellsOf, type NamedStage, wordsUnder } from './stages.js';

const PORTS = [
  ...['aclk', 'aresetn', 'x_i', 'x_valid_i', 'x_ready_o', 'x_last_i', 'x_error_o'],
  ...['y_o', 'y_valid_o', 'y_ready_i', 'mark_valid_o', 'mark_ready_i', 'mark_spoilt_o', 'XILINX', 'unused'],
];

/** @param before what the codes handed in can be, in the order of the layer before */
export function planGroup(
  group: MapGroup<PlannedBody>,
  network: AffineNetwork,
  before: readonly Interval[],
  context: PlanContext,
): StagePlan {
  const names = new NameSpace([...PORTS, ...END_NAMES]);
  const stages = group.stages.map((stage, index) => {
    return { ...nameStage(stage, names, context), queue: group.fifos?.[index] ?? 0 };
  });
  const last = network.layers[group.last];
  const module = context.modules.claim(`${context.top}_${last.name}_maps`);
  const wayOf = leavingWays(group);
  const plan = (way: LeavingWay) => planModule({ stages, module, network, group, way }, before);
  return {
    ...plan(resultsWay(group, network, context, wayOf) ?? wayOf()),
    givesCells: { stream: cellStream(group, last, wayOf), plan: (words) => plan(wayOf(words)) },
  };
}

interface NamedGroup {
  readonly stages: readonly NamedStage[];
  readonly module: string;
  readonly network: AffineNetwork;
  readonly group: MapGroup<PlannedBody>;
  readonly way: LeavingWay;
}

function planModule(named: NamedGroup, before: readonly Interval[]): StagePlan {
  const { module, network, group, way } = named;
  const { timing, cellWords, results } = way;
  const leaves = leavingOf(way);
  const stages = leaves === 'cells' && cellWords === 1 ? givingItself(named.stages) : named.stages;
  const lastStage = stages[stages.length - 1];
  const { stage: last } = lastStage;
  const { port } = group;
  const inputs = group.first === 0 && port === undefined ? inputsOf(group) : undefined;
  const x =
    port === undefined
      ? slotsFor(inputs?.map((input) => rangeOf(network.inputs[input].format)) ?? before)
      : { count: 1, width: port.width, signed: false };
  const flat = network.layers[group.last];
  const entrance =
    port === undefined
      ? wholeEntrance(stages[0], busWidth(x))
      : portEntrance(stages[0], port, timing, leaves === 'cells');
  const exit =
    cellWords === undefined
      ? wholeExit(lastStage, slotsFor(flat.rows.map(({ output }) => output)), port !== undefined)
      : results === undefined
        ? cellExit(lastStage, cellWords)
        : resultsExit(lastStage, port !== undefined);
  const { y } = exit;
  const parts = { stages, module, x, y, timing, network, group, leaves, entrance, exit };
  return {
    name: flat.name,
    module,
    parameters: parametersOf(stages),
    x,
    y,
    ...(leaves === 'cells' && port !== undefined ? { givesMarks: true } : {}),
    ...(results === undefined
      ? {}
      : { givesResults: results, kept: (instance: string) => keptMap(lastStage, flat, instance) }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(port === undefined ? {} : { takesBeats: true }),
    primitives: [
      ...new Set([
        ...entrance.primitives,
        ...(stages.some(({ queue }) => queue > 0) ? ['espalier_fifo'] : []),
        ...(stages.some(({ stage }) => wordsUnder(stage) > 0) ? CUT_PRIMITIVES : []),
        ...(stages.some(({ stage }) => stage.times !== undefined) ? ['espalier_repeat'] : []),
        ...(stages.some(({ stage }) => stage.zones !== undefined) ? ['espalier_zones'] : []),
        ...['espalier_window', ...exit.primitives],
      ]),
    ],
    beside: sumOf([
      windowsCost({ ...group, ...present({ cellWords }) }),
      ...(results === undefined ? [] : [storeCost(busWidth(last.body.y), cellsOf(last.positions))]),
    ]),
    timings: group.stages.map(({ name, positions, body }, index) => ({
      layer: name,
      interval: timing.interval,
      latency:
        timing.stageLatencies[index] +
        (results !== undefined && index === stages.length - 1 ? leavingCycles(results) : 0),
      ...termsOf(network.layers[group.first + index]),
      ...body.workOf(cellsOf(positions)),
    })),
    roms: stages.flatMap((stage) => stage.module.roms),
    fifos: stages.flatMap(({ stage, queue }) =>
      queue === 0 ? [] : [{ layer: stage.name, width: cellBits(stage.enters), depth: queue }],
    ),
    operands: (instance) =>
      stages.flatMap(({ stage, stem }) => stage.body.pages?.([instance, `${stem}_body`]) ?? []),
    traces: (instance) =>
      stages.map((stage) =>
        stage.stage === last && leaves === 'maps'
          ? { ...traceOf(stage, instance), whole: wholeBus(flat, y, instance, port !== undefined) }
          : traceOf(stage, instance),
      ),
    ...(port === undefined
      ? {}
      : { frames: (instance: string) => framesOf(stages[0], port, last.name, instance, leaves) }),
    print: (generator) => [
      ...stages.map((stage) => stage.module.print(generator)),
      { file: `${module}.v`, text: groupText(parts, generator) },
    ],
  };
}

/** The last stage's cells leave the module as they are. */
const givingItself = (stages: readonly NamedStage[]): NamedStage[] =>
  stages.map((stage, index) => (index === stages.length - 1 ? { ...stage, cell: GIVEN } : stage));

function nameStage(
  stage: MapStage<PlannedBody>,
  names: NameSpace,
  context: PlanContext,
): Omit<NamedStage, 'queue'> {
  const stem = names.claimFamily(stage.name, [
    ...['_fifo', '_cells', '_cells_valid', '_cells_ready', '_window', '_taps', '_taps_valid', '_taps_ready'],
    ...['_cut', '_words', '_words_valid', '_words_ready'],
    ...['_repeat', '_repeated', '_repeated_valid', '_repeated_ready'],
    ...['_zones', '_zoned', '_zoned_valid', '_zoned_ready'],
    ...['_body', '_read', '_cell', '_cell_valid', '_cell_ready'],
  ]);
  const taps = stage.body.read.map((input) => tapName(stage, input));
  const cell = streamNamed(`${stem}_cell`);
  return { stage, stem, cell, module: stage.body.planModule(taps, context) };
}

/** Such as `tap0_2_channel1`: row and column under the window, zone, and channel; whose it is, where several layers' are there. */
function tapName({ window, x: { channels } }: MapStage, input: number): string {
  const tap = Math.floor(input / channels.length);
  const [, columns] = window.size;
  const { value, steps, zone } = channels[input % channels.length];
  const place = `${Math.floor(tap / columns)}_${tap % columns}`;
  const layers = new Set(channels.map((channel) => channel.value.layer));
  const where = zone === undefined ? place : `${place}_zone${zone}`;
  return `tap${where}${layers.size > 1 ? `_${value.layer}` : ''}_channel${value.unit % steps[1]}`;
}

interface GroupParts {
  readonly stages: readonly NamedStage[];
  readonly module: string;
  readonly x: Slots;
  readonly y: Slots;
  readonly timing: GroupTiming;
  readonly network: AffineNetwork;
  readonly group: MapGroup<PlannedBody>;
  readonly leaves: Leaving;
  readonly entrance: Entrance;
  readonly exit: Exit;
}

/** Those that some body has. */
const parametersOf = (stages: readonly NamedStage[]): string[] => [
  ...new Set(stages.flatMap(({ module }) => module.parameters)),
];

interface Word {
  readonly title: string;
  readonly name: string;
  readonly items: readonly string[];
}

function groupText(parts: GroupParts, generator: Generator): string {
  const { stages, module, leaves, entrance, exit } = parts;
  const words: Word[] = [];
  const unused: string[] = [...entrance.unused, ...exit.unused];
  const word = (title: string, name: string, made: ReturnType<typeof repack>) => {
    words.push({ title, name, items: made.items });
    unused.push(...made.unused);
  };
  word('Cells as they follow one another, the first one lowest.', entrance.map, mapWord(parts));
  for (const { stage, stem } of stages) {
    const bus = { name: `${stem}_taps`, width: tapBits(stage) };
    const picks = stage.body.read.map((input) => ({ lsb: input * stage.x.slots.width }));
    word(
      `The codes under ${stage.name}'s window that are read.`,
      `${stem}_read`,
      repack(bus, stage.x.slots, picks, stage.body.x),
    );
  }
  if (leaves === 'maps') word('The codes that are handed on.', 'y_o', givenWord(parts));
  const isPlain = (items: readonly string[]) => items.length === 1;
  return renderTemplate('window/group.v', {
    module,
    title: `${stages.map(({ stage }) => stage.name).join(', ')}: ${count(stages.length, 'layer')} over maps, position by position.`,
    notes: commentLines(groupNotes(parts)),
    madeBy: madeBy(generator),
    parameters: parametersOf(stages).map((name) => ({ name })),
    ports: alignDeclarations(portDeclarations(parts), ',', ''),
    signals: alignDeclarations(signals(parts), ';', ';'),
    words: words.map(({ title, name, items }) => ({
      title,
      name,
      isPlain: isPlain(items),
      plain: items[0],
      lines: separate(items.toReversed()),
    })),
    instances: [
      ...entrance.instances,
      ...stages.flatMap((stage, index) => [
        ...queueViews(stage, stages[index - 1]),
        ...stageViews(stage, cellsInto(stage, stages[index - 1])),
      ]),
      ...exit.instances,
    ],
    unused: unused.length === 0 ? [] : [{ bits: separate(unused) }],
  });
}

/** The cells that a stage takes. */
const cellsInto = ({ stem, queue }: NamedStage, before: NamedStage | undefined): string =>
  before === undefined || queue > 0 ? `${stem}_cells` : before.cell.data;

/** Where cells wait before a stage. */
function queueViews({ stage, stem, queue }: NamedStage, before: NamedStage | undefined): InstanceView[] {
  if (before === undefined || queue === 0) return [];
  const size = { width: cellBits(stage.enters), depth: queue };
  return [fifoView(`${stem}_fifo`, size, before.cell, streamNamed(`${stem}_cells`))];
}

const tapBits = ({ window, x }: MapStage): number => cellsOf(window.size) * cellBits(x);

function portDeclarations({ x, y, leaves, group: { port } }: GroupParts): Declaration[] {
  return [
    { kind: 'input  wire', width: 1, name: 'aclk' },
    { kind: 'input  wire', width: 1, name: 'aresetn' },
    { kind: 'input  wire', width: x.count * x.width, name: 'x_i' },
    { kind: 'input  wire', width: 1, name: 'x_valid_i' },
    { kind: 'output wire', width: 1, name: 'x_ready_o' },
    ...(port === undefined ? [] : BEAT_PORTS),
    ...(port === undefined || leaves !== 'cells' ? [] : MARK_PORTS),
    { kind: 'output wire', width: y.count * y.width, name: 'y_o' },
    { kind: 'output wire', width: 1, name: 'y_valid_o' },
    { kind: 'input  wire', width: 1, name: 'y_ready_i' },
  ];
}

const BEAT_PORTS: readonly Declaration[] = [
  { kind: 'input  wire', width: 1, name: 'x_last_i' },
  { kind: 'output wire', width: 1, name: 'x_error_o', comment: '1 for a cycle: a sample was dropped' },
];

const MARK_PORTS: readonly Declaration[] = [
  { kind: 'output wire', width: 1, name: 'mark_valid_o' },
  { kind: 'input  wire', width: 1, name: 'mark_ready_i' },
  { kind: 'output wire', width: 1, name: 'mark_spoilt_o', comment: '1: the map is to be dropped' },
];

function signals({ stages, entrance, exit }: GroupParts): Declaration[] {
  const [{ stage: first, stem: firstStem }] = stages;
  return [
    ...entrance.signals,
    ...streamSignals(streamNamed(`${firstStem}_cells`), cellBits(first.enters)),
    ...stages.flatMap(({ stage, stem, queue, cell }) => [
      ...(queue === 0 ? [] : streamSignals(streamNamed(`${stem}_cells`), cellBits(stage.enters))),
      ...cellsSignals(stage, stem),
      ...streamSignals(streamNamed(`${stem}_taps`), tapBits(stage)),
      wire(`${stem}_read`, busWidth(stage.body.x)),
      ...wordSignals(stage, stem),
      ...(cell === GIVEN ? [] : streamSignals(cell, busWidth(stage.body.y))),
    ]),
    ...exit.signals,
  ];
}

function cellsSignals(stage: MapStage, stem: string): Declaration[] {
  const cells = beforeWindow(stage, stem);
  return cells === undefined ? [] : streamSignals(streamNamed(cells), cellBits(stage.x));
}

const wordSignals = (stage: MapStage, stem: string): Declaration[] =>
  wordsUnder(stage) === 0 ? [] : streamSignals(streamNamed(`${stem}_words`), wordBits(stage));

/** The network's inputs that a first group takes: whole cells, also where somebody reads only some of them. */
function inputsOf({ stages: [{ enters }] }: MapGroup): number[] {
  const units: number[] = [];
  eachCode(enters, ({ unit }) => units.push(unit));
  return units.sort((a, b) => a - b);
}

/** The codes handed in, cell by cell. */
function mapWord({
  stages: [{ stage }],
  x,
  network,
  group,
  entrance,
}: GroupParts): ReturnType<typeof repack> {
  if (group.port !== undefined) {
    const { slots } = stage.enters;
    return repack(entrance.word, slots, group.port.places, slots);
  }
  const slots = new Map<string, Place>();
  if (group.first === 0) {
    inputsOf(group).forEach((unit, slot) => {
      slots.set(keyOfValue({ layer: INPUT, unit }), { lsb: slot * x.width });
    });
  } else {
    const { name, rows, constants } = network.layers[group.first - 1];
    for (const [slot, { value }] of rows.entries()) slots.set(keyOfValue(value), { lsb: slot * x.width });
    for (const { unit, code } of constants) slots.set(keyOfValue({ layer: name, unit }), { code });
  }
  const picks: Place[] = [];
  eachCode(stage.enters, (value) => picks.push(slots.get(keyOfValue(value)) as Place));
  return repack(entrance.word, x, picks, stage.enters.slots);
}

/** The codes that the next layer, or the output, takes. */
function givenWord({ stages, y, network, group }: GroupParts): ReturnType<typeof repack> {
  const { stage } = stages[stages.length - 1];
  const { count: slots, width } = stage.body.y;
  const places = placesIn(stage.y);
  const picks = network.layers[group.last].rows.map(({ value }): Place => {
    const { cell, slot } = places.get(keyOfValue(value)) as CellPlace;
    return { lsb: (cell * slots + slot) * width };
  });
  const bus = { name: 'whole', width: cellsOf(stage.positions) * busWidth(stage.body.y) };
  return repack(bus, stage.body.y, picks, y);
}
