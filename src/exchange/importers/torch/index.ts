import { isZip } from '../../../core/zip.js';
import type { Importer } from '../importer.js';
import { networkOfTensors, TENSOR_OPTIONS } from '../tensors/network.js';
import { isArchive, readArchive } from './archive.js';
import { isPickle, readLegacy } from './legacy.js';
import { stateDictOf } from './state-dict.js';
import { namedTensor } from './tensors.js';

/** Trained numbers that `torch.save` wrote, in either of its forms. No code in them is run. */
export const torch: Importer = {
  format: 'torch',
  title: 'PyTorch state_dict (.pt, .pth)',
  options: TENSOR_OPTIONS,
  recognises: ({ bytes }) => isPickle(bytes) || isArchive(bytes),
  read: (source, options) => {
    const { file } = source;
    const { object, storages } = isZip(source.bytes) ? readArchive(source) : readLegacy(source);
    const { tensors, notes } = stateDictOf(object, file);
    const bytes = storages(new Set(tensors.map(([, { storage }]) => storage.key)));
    const named = tensors.map(([name, tensor]) => namedTensor(name, tensor, bytes, file));
    const imported = networkOfTensors({ file, tensors: named, isInOrder: true, channels: 'first' }, options);
    return { ...imported, notes: [...notes, ...imported.notes] };
  },
};
