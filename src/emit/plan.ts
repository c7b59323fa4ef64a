import { readdirSync } from 'node:fs';
import path from 'node:path';
import { present } from '../core/objects.js';
import { sumOf } from '../hardware/device-cost.js';
import { lowerGraph } from '../lower/lower.js';
import { type AffineNetwork, lowerNetwork } from '../network/affine.js';
import { inParts } from '../network/parts.js';
import type { QuantizedNetwork } from '../network/types.js';
import { endsOf, type Generator, type PlanContext, type Source, type StagePlan } from './architecture.js';
import { type BalancedLayer, balanceLayers, type EndCosts } from './balance.js';
import type { BoardChoice } from './board/build.js';
import { foldedOf } from './check-manifest.js';
import type { Choice } from './choice.js';
import { type GroupsPlan, planGroups } from './groups.js';
import { type HardwareConfig, readHardware } from './hardware-config.js';
import type { HeadPlan } from './heads/head.js';
import { planInTurn, resultBeatsOf } from './heads/in-turn.js';
import { planHead } from './heads/index.js';
import type { Manifest, ResourceEstimate } from './manifest.js';
import { MAX_BITS, MAX_SAMPLE_BITS } from './manifest-members.js';
import { countFields, MAX_FIELDS } from './manifest-text.js';
import { NameSpace } from './names.js';
import { primitiveNames } from './primitives.js';
import { problems } from './problems.js';
import type { RomImage } from './rom.js';
import { defaultBeat, sampleWidth, streamOf } from './stream.js';
import { gatherCost, leavingCost } from './stream-cost.js';
import { planTop } from './top.js';

/** All that is known of a design before a line of it is written. */
export interface DesignPlan {
  readonly facts: DesignFacts;
  readonly roms: readonly RomImage[];
  /** What it is to be put on. */
  readonly board?: BoardChoice;
  /** The modules of `rtl/` in it, in an order that compiles. */
  readonly primitives: readonly string[];
  /** The other files, in an order that compiles. */
  readonly print: (generator: Generator) => Source[];
}

/** What the manifest says of the design, its files aside. */
export type DesignFacts = Pick<
  Manifest,
  | 'name'
  | 'top'
  | 'architecture'
  | 'stream'
  | 'samples'
  | 'frames'
  | 'kept'
  | 'operands'
  | 'timing'
  | 'engines'
  | 'fifos'
  | 'traces'
  | 'folded'
  | 'unreadInputs'
  | 'estimate'
  | 'synthesis'
>;

const SIMULATION_FOLDER = path.join(import.meta.dirname, '..', '..', 'sim');

function checkCodes(network: string, facts: Partial<Manifest>): void {
  const codes = countFields(facts);
  if (codes > MAX_FIELDS) throw problems.tooManyCodes(network, codes, MAX_FIELDS);
}

function checkSamples(network: string, stream: Manifest['stream']): void {
  const { input, output } = stream;
  checkCodes(network, { stream });
  for (const [side, port] of Object.entries({ input, output })) {
    const bits = sampleWidth(port);
    if (bits > MAX_SAMPLE_BITS) throw problems.sampleTooWide(network, side, bits, MAX_SAMPLE_BITS);
    if (port.width > MAX_BITS) throw problems.busTooWide(`${network}, its ${side}`, port.width, MAX_BITS);
  }
}

/** Of the buses inside, those that carry codes. */
function checkBuses(facts: DesignFacts): void {
  const { name, samples, stream, traces } = facts;
  checkCodes(name, facts);
  const buses = [
    ...(samples === undefined ? [] : [{ what: 'the whole input', width: sampleWidth(stream.input) }]),
    ...traces.flatMap(({ layer, width, whole, window }) => [
      { what: `layer ${layer}`, width },
      { what: `the map that layer ${layer} gathers`, width: whole?.width ?? 0 },
      { what: `the window of layer ${layer}`, width: window?.width ?? 0 },
    ]),
  ];
  const wide = buses.find(({ width }) => width > MAX_BITS);
  if (wide !== undefined) throw problems.busTooWide(`${name}, ${wide.what}`, wide.width, MAX_BITS);
}

/**
 * Every fact of a design, and how its text is made: who needs numbers alone prints nothing.
 *
 * @throws hardware/*, emit/sample-too-wide, emit/bus-too-wide, emit/too-many-codes
 */
export function planDesign(network: QuantizedNetwork, hardware: HardwareConfig): DesignPlan {
  const layers = network.layers.map(({ name }) => name);
  const { stream, board, balance, ...said } = readHardware(hardware, layers);
  const affine = lowerNetwork(network);
  const { wholeOf } = inParts(network);
  const choiceOf = (layer: string) => said.choiceOf(wholeOf(layer));
  const modules = new NameSpace(reservedNames());
  const beats = streamOf(affine, stream.width ?? defaultBeat(affine, network.input), network.input);
  checkSamples(network.name, beats);
  const context: PlanContext = {
    top: modules.claim(affine.name),
    modules,
    network,
    lowered: lowerGraph(network, 'read'),
    ...present({ results: resultBeatsOf(affine, beats) }),
    stream: beats,
  };
  const chosen =
    balance === undefined
      ? undefined
      : balanceLayers(affine, choiceOf, balance, endCosts(affine, context), context);
  const chain = planGroups(
    affine,
    (layer) => (chosen?.get(layer)?.choice ?? choiceOf(layer)) as Choice,
    context,
  );
  const { stages, synthesis } = chain;
  const head = headBehind(stages[stages.length - 1], affine, context);
  const fifos = stages.flatMap((stage) => stage.fifos);
  const top = planTop({ network: affine, what: chain.what, stages, head }, context);
  const operands = stages.flatMap(({ operands }, index) => operands?.(top.instances[index]) ?? []);
  const facts: DesignFacts = {
    name: affine.name,
    top: context.top,
    architecture: chain.architecture,
    stream: context.stream,
    timing: top.timing,
    ...enginesOf(chain, chosen),
    ...(fifos.length === 0 ? {} : { fifos }),
    traces: stages.flatMap(({ traces }, index) => traces(top.instances[index])),
    ...foldedOf(affine),
    ...present({ estimate: estimateOf(chain, head, context), samples: top.samples, synthesis }),
    ...present({ frames: stages[0].frames?.(top.instances[0]) }),
    ...(operands.length === 0 ? {} : { operands }),
    ...present({ kept: stages.at(-1)?.kept?.(top.instances[stages.length - 1]) }),
  };
  checkBuses(facts);
  return {
    facts,
    ...present({ board }),
    roms: [...stages.flatMap(({ roms }) => roms), ...(head?.roms ?? [])],
    primitives: [...new Set([...chain.primitives, ...(head?.primitives ?? []), ...top.primitives])],
    print: (generator) => [
      ...stages.flatMap(({ print }) => print(generator)),
      ...(head === undefined ? [] : [head.print(generator)]),
      top.print(generator),
    ],
  };
}

function estimateOf(
  { cost, adderLevels, stages }: GroupsPlan,
  head: HeadPlan | undefined,
  { stream }: PlanContext,
): ResourceEstimate | undefined {
  if (cost === undefined) return undefined;
  const { takesBeats, givesResults } = endsOf(stages);
  const beside = [
    ...(takesBeats ? [] : [gatherCost(stream)]),
    leavingCost(stream, givesResults === undefined),
  ];
  const { dsps, ...sum } = sumOf([cost, ...beside, ...(head === undefined ? [] : [head.cost])]);
  return { target: 'xc7', ...sum, ...(dsps > 0 ? { dsps } : {}), ...present({ adderLevels }) };
}

/** What stands between the last stage and the output stream. */
function headBehind(
  { givesResults, y }: Pick<StagePlan, 'givesResults' | 'y'>,
  network: AffineNetwork,
  context: PlanContext,
) {
  return givesResults === undefined
    ? planHead(network, context)
    : planInTurn(network, y, givesResults, context);
}

/** What a design takes beside its layers, by what these do themselves. */
function endCosts(network: AffineNetwork, context: PlanContext): EndCosts {
  const { stream } = context;
  return {
    input: ({ takesBeats }) => (takesBeats ? {} : gatherCost(stream)),
    output: (ends) => {
      const head = headBehind(ends, network, { ...context, modules: new NameSpace() });
      const leaving = leavingCost(stream, ends.givesResults === undefined);
      return sumOf([leaving, ...(head === undefined ? [] : [head.cost])]);
    },
  };
}

/** What builds each layer, where a reader could not know it from the architecture. */
function enginesOf(
  { architecture, engines }: GroupsPlan,
  chosen: ReadonlyMap<string, BalancedLayer> | undefined,
): Pick<DesignFacts, 'engines'> {
  if (chosen === undefined && engines.every(({ engine }) => engine === architecture)) return {};
  return { engines: engines.map((one) => ({ ...one, ...present({ why: chosen?.get(one.layer)?.why }) })) };
}

/** Names that a design's own modules must not have: those of the primitives and of what stands round it in simulation. */
const reservedNames = (): string[] => [
  ...primitiveNames(),
  ...readdirSync(SIMULATION_FOLDER)
    .filter((file) => path.extname(file) === '.v')
    .map((file) => path.basename(file, '.v')),
];
