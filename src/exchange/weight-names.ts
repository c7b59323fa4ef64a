import path from 'node:path';
import { present } from '../core/objects.js';
import { problems } from './problems.js';

export type Role = 'weights' | 'bias';

/** A weight file, and which layer's it is. */
export interface WeightFile {
  readonly file: string;
  readonly role: Role;
  /** Counted up without gaps; where from is the files' matter. */
  readonly layer: number;
  /** By its name its kernel may lie as units × inputs: PyTorch's `fc1.weight`, scikit-learn's `coef`. */
  readonly isUnitsFirst: boolean;
  /** Of a file that has one unit's numbers alone. */
  readonly unit?: number;
}

/** What a file's name says. */
interface Named {
  readonly file: string;
  readonly role: Role;
  readonly isUnitsFirst: boolean;
  /** A number, or where a layer without one belongs. */
  readonly place: number | 'first' | 'last';
  /** The name without its role: what both files of a layer share. */
  readonly rest: string;
  /** PyTorch numbers the activations too. */
  readonly mayHaveGaps: boolean;
  readonly unit?: number;
}

const WORD = /(?:^|[^a-z])(weights?|kernels?|coefs?|bias(?:es)?|intercepts?)(?![a-z])/i;
const LETTER = /(?:^|[^a-z0-9])([wb])(?![a-z])/i;
const LAST = /(?:^|[^a-z])(?:output|out|logits|last|final|head)(?![a-z])/i;

/** A memory image of one unit: `w_1_15.mif`, `b_l1_n15.mem`. */
const OF_UNIT = /^(w|weights?|b|bias(?:es)?)_?l?(?:ayer)?_?(\d+)_n?(?:euron)?_?(\d+)\.(?:mif|mem)$/i;

function nameUnit(file: string): Named | undefined {
  const [, role, layer, unit] = OF_UNIT.exec(path.basename(file)) ?? [];
  if (role === undefined) return undefined;
  return {
    file,
    role: /^b/i.test(role) ? 'bias' : 'weights',
    isUnitsFirst: false,
    place: Number(layer),
    rest: layer,
    mayHaveGaps: false,
    unit: Number(unit),
  };
}

/**
 * What a name says: a role, by a word or the letters w and b, and the number beside it or else the first one; a name
 * without a number is the first layer's, as in Keras (`dense`, `dense_1`), or the last one's where it says so.
 */
function nameFile(file: string): Named | undefined {
  const ofUnit = nameUnit(file);
  if (ofUnit !== undefined) return ofUnit;
  const stem = stemOf(file);
  const word = /^[wb]_?\d/i.test(stem) ? null : WORD.exec(stem);
  const found = word ?? LETTER.exec(stem);
  if (found === null) return undefined;
  const begin = found.index + found[0].length - found[1].length;
  const [before, after] = [stem.slice(0, begin), stem.slice(begin + found[1].length)];
  const numbers = [/(\d+)[^a-z0-9]*$/i.exec(before), /^[^a-z0-9]*(\d+)/i.exec(after), /(\d+)/.exec(stem)];
  const [nearest, second, any] = word === null ? [numbers[1], numbers[0], numbers[2]] : numbers;
  const number = (nearest ?? second ?? any)?.[1];
  const place = number === undefined ? (LAST.test(stem) ? 'last' : 'first') : Number(number);
  const role = /^[bi]/i.test(found[1]) ? 'bias' : 'weights';
  const isUnitsFirst = /\.weight$|(?:^|[^a-z])coef$/i.test(stem);
  return {
    file,
    role,
    place,
    isUnitsFirst,
    rest: before + after,
    mayHaveGaps: /\.(?:weight|bias)$/.test(stem),
  };
}

/** `hiddenKernel` is two words. */
const stemOf = (file: string) =>
  path
    .basename(file)
    .replace(/\.(csv|npy|mif|mem)$/i, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2');

/** Whether a file's name is that of weights or of a bias. */
export const isWeightName = (file: string): boolean => nameFile(file) !== undefined;

/**
 * Orders weight files by layer.
 *
 * @param inOrder whether layers whose names have no number may be taken in the order of the files
 * @throws exchange/weight-file-name, exchange/weight-order, exchange/weight-duplicate
 */
export function orderFiles(files: readonly string[], inOrder: boolean): WeightFile[] {
  const named = files.map((file) => {
    const name = nameFile(file);
    if (name === undefined) throw problems.weightFileName(file);
    return name;
  });
  const ordered =
    inOrder && named.every(({ place }) => typeof place !== 'number') ? asGiven(named) : byPlace(named);
  checkOnce(ordered);
  return ordered;
}

/** Layers in the order in which they are first named. */
function asGiven(named: readonly Named[]): WeightFile[] {
  const rests = [...new Set(named.map(({ rest }) => rest))];
  return named.map(({ file, role, isUnitsFirst, rest }) => ({
    file,
    role,
    isUnitsFirst,
    layer: rests.indexOf(rest),
  }));
}

function byPlace(named: readonly Named[]): WeightFile[] {
  for (const place of ['first', 'last'] as const) checkOneLayer(named.filter((name) => name.place === place));
  const numbers = named.flatMap(({ place }) => (typeof place === 'number' ? [place] : []));
  const hasFirst = named.some(({ place }) => place === 'first');
  const layerOf = (place: Named['place']): number => {
    if (typeof place === 'number') return place;
    return place === 'first' ? 0 : Math.max(hasFirst ? 0 : -1, ...numbers) + 1;
  };
  const used = [...new Set(named.map(({ place }) => layerOf(place)))].sort((a, b) => a - b);
  const skips = named.every(({ mayHaveGaps }) => mayHaveGaps);
  return named.map(({ file, role, isUnitsFirst, place, unit }) => {
    const layer = layerOf(place);
    const at = skips ? used.indexOf(layer) : layer;
    return { file, role, isUnitsFirst, layer: at, ...present({ unit }) };
  });
}

/** Names without numbers that are not alike say nothing of which layer comes first. */
function checkOneLayer(named: readonly Named[]): void {
  const rests = new Set(named.map(({ rest }) => rest.toLowerCase()));
  const twice = named.some((one, at) => named.findIndex(({ role }) => role === one.role) !== at);
  if (rests.size > 1 && twice) throw problems.weightOrder(named.map(({ file }) => file));
}

function checkOnce(files: readonly WeightFile[]): void {
  const seen = new Map<string, string>();
  for (const { file, role, layer, unit } of files) {
    const key = `${role} ${layer} ${unit ?? ''}`;
    const other = seen.get(key);
    if (other !== undefined) throw problems.weightDuplicate(file, role, layer, other);
    seen.set(key, file);
  }
}
