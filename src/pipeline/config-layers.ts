import { layerNames } from '../float/model.js';
import { type ShortLayer, shortNames } from '../learn/short-form.js';

/** Hidden units where neither `hidden` nor `layers` stands: of the network, and of a student. */
export const USUAL_HIDDEN: readonly number[] = [16];
export const USUAL_STUDENT: readonly number[] = [5];

/** Where a student's layers are stated, for errors. */
export const STUDENT_LAYERS = 'distillation.layers';

/** How a section of the configuration states a network. */
export interface StatedNetwork {
  readonly hidden?: readonly number[] | undefined;
  readonly layers?: readonly ShortLayer[] | undefined;
}

/** A layer as far as the configuration tells. */
export interface StatedLayer {
  readonly name: string;
  /** Of those with weights the units or channels, where the configuration says how many. */
  readonly units?: number;
  readonly hasKernel: boolean;
  readonly isHidden: boolean;
}

/** The layers of the network that becomes hardware. */
export const deployedLayers = (
  config: StatedNetwork & {
    readonly deploy: 'base' | 'distilled';
    readonly distillation?: StatedNetwork | undefined;
  },
): StatedLayer[] =>
  config.deploy === 'distilled'
    ? statedLayers(config.distillation ?? {}, USUAL_STUDENT)
    : statedLayers(config, USUAL_HIDDEN);

/** The layers of a section, in order. @param usual hidden units where it says nothing */
export function statedLayers({ hidden, layers }: StatedNetwork, usual: readonly number[]): StatedLayer[] {
  if (layers === undefined) return perceptronLayers(hidden ?? usual);
  const names = shortNames(layers);
  return layers.flatMap((layer, index): StatedLayer[] => {
    const name = names[index];
    if (name === undefined) return [];
    const units = layer.conv ?? layer.dense;
    const hasKernel = units !== undefined || layer.depthwise !== undefined;
    return [
      { name, hasKernel, isHidden: index < layers.length - 1, ...(typeof units === 'number' && { units }) },
    ];
  });
}

function perceptronLayers(hidden: readonly number[]): StatedLayer[] {
  return layerNames(hidden.length + 1).map((name, index) => ({
    name,
    hasKernel: true,
    isHidden: index < hidden.length,
    ...(index < hidden.length && { units: hidden[index] }),
  }));
}
