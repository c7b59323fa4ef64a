import { Foreign, Named, type PickleHost } from './pickle-machine.js';
import { rebuiltTensor, type Storage, storageOf } from './tensors.js';

type Call = (args: readonly unknown[]) => unknown;

const tensor =
  (name: string, dtypeAt?: number): Call =>
  (args) =>
    rebuiltTensor(args, dtypeAt === undefined ? undefined : args[dtypeAt]) ?? new Foreign(name, args);

/** A dictionary of pairs, where there are any. */
const dictionary: Call = ([pairs]) => {
  const isPair = (item: unknown): item is [unknown, unknown] => Array.isArray(item) && item.length === 2;
  return new Map(Array.isArray(pairs) ? pairs.filter(isPair) : []);
};

/** All that a state_dict is made of. Its tensors become views of storages, and nothing else happens. */
const TENSORS: Readonly<Record<string, Call>> = {
  'torch._utils._rebuild_tensor': tensor('torch._utils._rebuild_tensor'),
  'torch._utils._rebuild_tensor_v2': tensor('torch._utils._rebuild_tensor_v2'),
  'torch._utils._rebuild_tensor_v3': tensor('torch._utils._rebuild_tensor_v3', 6),
  'torch._utils._rebuild_parameter': ([data]) => data,
  'torch._utils._rebuild_parameter_with_state': ([data]) => data,
};

const KNOWN: ReadonlyMap<string, Call> = new Map<string, Call>(
  Object.entries({
    ...TENSORS,
    // A tensor with members of its own: (function, class, arguments, members).
    'torch._tensor._rebuild_from_type_v2': (args: readonly unknown[]) => {
      const [made, , given] = args;
      const isKnown = made instanceof Named && Object.hasOwn(TENSORS, made.name) && Array.isArray(given);
      return isKnown ? TENSORS[made.name](given) : new Foreign('torch._tensor._rebuild_from_type_v2', args);
    },
    'collections.OrderedDict': dictionary,
    'collections.defaultdict': () => new Map(),
    'torch.Size': ([lengths]: readonly unknown[]) => lengths,
  }),
);

/** @param met gets every storage that the pickle speaks of */
export const torchHost = (met: (storage: Storage) => void, where: string): PickleHost => ({
  known: KNOWN,
  persistent: (id) => {
    // A class with its source text, in files of whole modules.
    if (Array.isArray(id) && id[0] === 'module') return id[1];
    const storage = storageOf(id, where);
    met(storage);
    return storage;
  },
});
