import type { Folding } from '../../float/fold.js';
import type { QuantizationConfig } from '../../quantize/options.js';

/** Formats that a file states of its network, as a configuration states them. */
export type StatedFormats = Partial<Pick<QuantizationConfig, 'input' | 'layers'>>;

type LayerFormats = QuantizationConfig['layers'][string];

/** Kinds that change the weights of what takes them in. */
const CHANGING: ReadonlySet<string> = new Set(['batch_norm', 'scale']);

/**
 * The formats of a folded network: those of a layer that another one does go to that one, and weights that were
 * changed by what was folded into them are no longer what the file has, so that nothing is stated of them.
 */
export function foldFormats(
  { layers = {}, ...rest }: StatedFormats,
  foldings: readonly Folding[],
): StatedFormats {
  const into = new Map(foldings.filter((one) => one.layer !== one.into).map((one) => [one.layer, one.into]));
  const nameOf = (name: string) => {
    let last = name;
    for (let next = into.get(last); next !== undefined; next = into.get(last)) last = next;
    return last;
  };
  const changed = new Set(foldings.filter(({ kind }) => CHANGING.has(kind)).map((one) => nameOf(one.into)));
  const folded: Record<string, LayerFormats> = {};
  for (const [name, formats] of Object.entries(layers)) {
    const { weights, bias, ...beside } = formats;
    const place = nameOf(name);
    folded[place] = { ...folded[place], ...(changed.has(place) ? beside : formats) };
  }
  return { ...rest, layers: folded };
}

/** A configuration with what a file states where the configuration itself says nothing. */
export function withStated(
  config: QuantizationConfig,
  stated: StatedFormats | undefined,
): QuantizationConfig {
  if (stated === undefined) return config;
  const { input = config.input, layers = {} } = stated;
  const names = new Set([...Object.keys(layers), ...Object.keys(config.layers)]);
  const merged = Object.fromEntries(
    [...names].map((name) => [name, { ...layers[name], ...config.layers[name] }]),
  );
  return {
    ...config,
    ...(config.input === undefined && input !== undefined ? { input } : {}),
    layers: merged,
  };
}
