import { assertNever } from '../../core/assert.js';
import type { Widths } from '../../quantize/options.js';
import type { NonZeros } from '../../report/study-data.js';

/**
 * One width that a search may make smaller: of the inputs, of a layer's weights or activations, or of one unit's
 * weights.
 */
export type Knob =
  | { readonly kind: 'input' }
  | { readonly kind: 'layer'; readonly tensor: 'weights' | 'activations'; readonly layer: string }
  | { readonly kind: 'unit'; readonly layer: string; readonly unit: number };

/** The narrowest that still says something: a signed weight needs a bit beside its sign. */
const NARROWEST = { input: 1, weights: 2, activations: 1 };

/** Shape and sparsity of the network whose widths are searched. */
export interface NetworkShape {
  readonly inputs: number;
  readonly layers: readonly {
    readonly name: string;
    /** Non-zero weights of each unit; a mean over folds. */
    readonly weights: readonly number[];
    /** The last layer's sums leave as they are: no width to choose. */
    readonly isLast: boolean;
  }[];
}

/** @param networks non-zero weights of several networks of one shape: their mean counts */
export function shapeOf(
  inputs: number,
  networks: readonly Pick<NonZeros, 'layers' | 'units'>[],
): NetworkShape {
  const [first] = networks;
  return {
    inputs,
    layers: first.units.map((counts, layer) => ({
      name: first.layers[layer],
      weights: counts.map(
        (_, unit) => networks.reduce((sum, { units }) => sum + units[layer][unit], 0) / networks.length,
      ),
      isLast: layer === first.units.length - 1,
    })),
  };
}

export function layerKnobs({ layers }: NetworkShape): Knob[] {
  return [
    { kind: 'input' },
    ...layers.flatMap(({ name, isLast }): Knob[] => [
      { kind: 'layer', tensor: 'weights', layer: name },
      ...(isLast ? [] : [{ kind: 'layer', tensor: 'activations', layer: name } as const]),
    ]),
  ];
}

/** Every unit that has a weight in most folds, those with the most first. */
export function unitKnobs({ layers }: NetworkShape): Knob[] {
  return layers
    .flatMap(({ name, weights }) => weights.map((count, unit) => ({ name, unit, count })))
    .filter(({ count }) => count >= 0.5)
    .sort((a, b) => b.count - a.count)
    .map(({ name, unit }) => ({ kind: 'unit', layer: name, unit }));
}

/** All widths equal, each layer's stated. */
export function evenWidths({ layers }: NetworkShape, bits: number): Widths {
  const own = layers.map(({ name, isLast }) => {
    const weights = Math.max(bits, NARROWEST.weights);
    return [name, isLast ? { weights } : { weights, activations: bits }] as const;
  });
  return {
    input: bits,
    weights: Math.max(bits, NARROWEST.weights),
    activations: bits,
    layers: Object.fromEntries(own),
  };
}

/** One bit less at a knob; undefined where there is none to take. */
export function narrowed(widths: Widths, knob: Knob, shape: NetworkShape): Widths | undefined {
  if (knob.kind === 'input') {
    return widths.input > NARROWEST.input ? { ...widths, input: widths.input - 1 } : undefined;
  }
  const own = widths.layers[knob.layer];
  const withOwn = (change: Partial<typeof own>): Widths => ({
    ...widths,
    layers: { ...widths.layers, [knob.layer]: { ...own, ...change } },
  });
  if (knob.kind === 'layer') {
    const width = own[knob.tensor] as number;
    return width > NARROWEST[knob.tensor] ? withOwn({ [knob.tensor]: width - 1 }) : undefined;
  }
  const units = shape.layers.find(({ name }) => name === knob.layer)?.weights.length ?? 0;
  const weights =
    typeof own.weights === 'number' ? Array<number>(units).fill(own.weights) : [...(own.weights ?? [])];
  if (weights[knob.unit] <= NARROWEST.weights) return undefined;
  weights[knob.unit] -= 1;
  return withOwn({ weights });
}

/** Bits of everything that has a width: inputs, non-zero weights, activations. */
export function bitsOf({ input, layers }: Widths, shape: NetworkShape): number {
  let bits = input * shape.inputs;
  for (const { name, weights: counts, isLast } of shape.layers) {
    const { weights = 0, activations = 0 } = layers[name];
    counts.forEach((count, unit) => {
      bits += count * (typeof weights === 'number' ? weights : weights[unit]);
      if (!isLast) bits += typeof activations === 'number' ? activations : activations[unit];
    });
  }
  return Math.round(bits);
}

export function printKnob(knob: Knob): string {
  switch (knob.kind) {
    case 'input':
      return 'input';
    case 'layer':
      return `${knob.layer}.${knob.tensor}`;
    case 'unit':
      return `${knob.layer}.weights[${knob.unit}]`;
    default:
      return assertNever(knob);
  }
}
