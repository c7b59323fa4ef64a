import { type DeviceCost, sumOf } from '../hardware/device-cost.js';
import { firstPart, partBehind } from '../hardware/part.js';
import type { AffineNetwork } from '../network/affine.js';
import { type ChainPlan, costsBeside, type PlanContext, type StagePlan } from './architecture.js';
import type { Choice } from './choice.js';
import type { LayerEngine, SynthesisHints } from './manifest.js';

/** Neighbouring layers that are built by the same engine, with the same options. */
interface Group {
  readonly choice: Choice;
  readonly first: number;
  readonly end: number;
}

/** All layers of a network as one chain, though groups of them have engines of their own. */
export interface GroupsPlan extends Omit<ChainPlan, 'given'> {
  /** The engine's name, or `mixed`. */
  readonly architecture: string;
  /** Of each layer. */
  readonly engines: readonly LayerEngine[];
}

/** What a design is called whose layers have several engines. */
const MIXED = 'mixed';

/**
 * Every group reads what the one before it hands on, with a handshake: which engine gives it makes no difference to who
 * takes it.
 *
 * @throws hardware/* when a group cannot be built as it is chosen
 */
export function planGroups(
  network: AffineNetwork,
  choiceOf: (layer: string) => Choice,
  context: PlanContext,
): GroupsPlan {
  const groups = groupsOf(network, choiceOf);
  const chains: ChainPlan[] = [];
  for (const { choice, first, end } of groups) {
    const before = chains.at(-1);
    const part =
      before === undefined
        ? firstPart(network, end)
        : partBehind(network, first, end, before.given, before.stages.at(-1)?.givesCells?.stream);
    const { architecture, options, placeOf } = choice;
    chains.push(architecture.plan(part, options, { ...context, placeOf }));
  }
  const stages = linked(chains.flatMap((chain) => chain.stages));
  const costs = chains.map(({ cost }) => cost);
  const levels = chains.map(({ adderLevels }) => adderLevels);
  const names = unique(groups.map(({ choice }) => choice.architecture.name));
  return {
    architecture: names.length === 1 ? names[0] : MIXED,
    engines: network.layers.map(({ name }) => ({ layer: name, engine: choiceOf(name).architecture.name })),
    what: unique(chains.map(({ what }) => what)).join(', '),
    stages,
    primitives: unique([
      ...chains.flatMap(({ primitives }) => primitives),
      ...stages.flatMap(({ primitives = [] }) => primitives),
    ]),
    ...(costs.includes(undefined)
      ? {}
      : { cost: sumOf([...(costs as DeviceCost[]), ...costsBeside(stages)]) }),
    ...(levels.includes(undefined) ? {} : { adderLevels: Math.max(...(levels as number[])) }),
    ...mergedHints(chains.flatMap(({ synthesis }) => (synthesis === undefined ? [] : [synthesis]))),
  };
}

/** Where a stage takes cells, the one before it gives them. */
const linked = (stages: readonly StagePlan[]): StagePlan[] =>
  stages.map((stage, index) => {
    const words = stages[index + 1]?.takesCells;
    return words === undefined || stage.givesCells === undefined ? stage : stage.givesCells.plan(words);
  });

const unique = (items: readonly string[]): string[] => [...new Set(items)];

function groupsOf({ layers }: AffineNetwork, choiceOf: (layer: string) => Choice): Group[] {
  const groups: Group[] = [];
  layers.forEach(({ name }, index) => {
    const choice = choiceOf(name);
    const last = groups.at(-1);
    if (last !== undefined && isSame(last.choice, choice)) groups.splice(-1, 1, { ...last, end: index + 1 });
    else groups.push({ choice, first: index, end: index + 1 });
  });
  return groups;
}

/** Options are plain data, which a schema has put in its own order. */
const isSame = (a: Choice, b: Choice): boolean =>
  a.architecture === b.architecture && JSON.stringify(a.options) === JSON.stringify(b.options);

function mergedHints(hints: readonly SynthesisHints[]): Pick<ChainPlan, 'synthesis'> {
  if (hints.length === 0) return {};
  const parameters: Record<string, Record<string, number>> = {};
  for (const hint of hints) {
    for (const [family, set] of Object.entries(hint.parameters))
      parameters[family] = { ...parameters[family], ...set };
  }
  return { synthesis: { parameters, inlined: unique(hints.flatMap(({ inlined }) => inlined)) } };
}
