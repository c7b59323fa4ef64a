import { placeLayers, readBy } from './graph.js';
import { meaningOf } from './layers/index.js';
import type { Layer, QuantizedNetwork } from './types.js';

/** A network as it is computed: some layers are several there, one behind the other. */
export interface NetworkInParts {
  /** The same outputs for all inputs; the network itself where no layer has parts. */
  readonly network: QuantizedNetwork;
  /** The layer of which one is a part, by its name; a layer without parts is its own. */
  readonly wholeOf: (layer: string) => string;
}

/** @param network a checked one */
export function inParts(network: QuantizedNetwork): NetworkInParts {
  const names = new Set(network.layers.map(({ name }) => name));
  const wholes = new Map<string, string>();
  const layers = placeLayers(network).flatMap(({ layer, inputs }, index): readonly Layer[] => {
    const parts = meaningOf(layer).parts?.(layer, inputs);
    if (parts === undefined) return [layer];
    const sums = freeName(`${layer.name}_sums`, names);
    names.add(sums);
    wholes.set(sums, layer.name);
    return [
      { ...parts.sums, name: sums, from: readBy(network, index) },
      { ...parts.shares, name: layer.name, from: [sums] },
    ];
  });
  return {
    network: wholes.size === 0 ? network : { ...network, layers },
    wholeOf: (layer) => wholes.get(layer) ?? layer,
  };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
  return name;
}
