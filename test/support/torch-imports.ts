import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../../src/core/random.js';
import type { ImportOptions, StatedLayers } from '../../src/exchange/importers/importer.js';
import { importNetwork } from '../../src/exchange/importers/index.js';
import type { ShortLayer } from '../../src/learn/short-form.js';
import { newFolder } from './cli.js';
import { messageOf } from './messages.js';

export const RELU: ImportOptions = { activations: { all: 'relu' } };

export const stated = (...layers: ShortLayer[]): StatedLayers => ({ file: 'net.yaml', layers });

/** Tensors of seeded numbers, and files of them that are imported from a folder of their own. */
export function torchImports() {
  const folder = newFolder('torch');
  const random = new Random(5, 'torch');
  const imported = (bytes: Uint8Array, options: ImportOptions = {}) => {
    const file = path.join(folder, 'net.pt');
    writeFileSync(file, bytes);
    return importNetwork(file, options);
  };
  return {
    folder,
    imported,
    /** The message that the import ends with; the folder is cut out of it. */
    refusal: (bytes: Uint8Array, options?: ImportOptions) =>
      messageOf(() => imported(bytes, options)).replaceAll(folder, ''),
    tensor: (...shape: number[]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return { shape, values: Array.from({ length: size }, () => Math.fround(random.normal())) };
    },
  };
}
