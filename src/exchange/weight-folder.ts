import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { problems } from './problems.js';
import { parseWeightCsv } from './weight-csv.js';
import { WEIGHT_ENDS } from './weight-file.js';
import { isWeightName } from './weight-names.js';

/** Names of tables that lie beside weights. */
const TABLE =
  /(?:^|[^a-z])(?:data|dataset|samples?|rows|features?|inputs?|x|y|labels?|targets?|train|training|test|valid|validation|val|calibration|calib|history|loss|metrics?|log|predictions?|scores?|results?)(?:[^a-z]|$)/i;

/** Bytes of a file that tell whether it holds numbers alone. */
const LOOKED_AT = 8192;

/**
 * The weight files of a folder, by their names.
 *
 * @param set of several sets the files whose name ends so
 * @throws exchange/weight-left-out where a file beside them holds numbers alone and by its name is no table
 */
export function weightFilesOf(folder: string, set: string | undefined): string[] {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .filter((name) => WEIGHT_ENDS.includes(path.extname(name).toLowerCase()))
    .filter((name) => set === undefined || path.parse(name).name.endsWith(set))
    .sort();
  const tables = files.filter(isCsv);
  // What lies beside a CSV file of its name is a copy of it.
  const stems = tables.map(stemOf);
  const used = files.filter(isWeightName).filter((name) => isCsv(name) || !stems.includes(stemOf(name)));
  const left = tables.filter((name) => !used.includes(name) && looksLikeWeights(folder, name));
  if (used.length > 0 && left.length > 0) throw problems.weightLeftOut(folder, left);
  const mixed = used.length === 0 ? [] : otherLayersOf(folder, used, set);
  if (mixed.length > 0) throw problems.weightMixed(folder, mixed);
  return used.map((name) => path.join(folder, name));
}

const isCsv = (name: string) => name.toLowerCase().endsWith('.csv');
const stemOf = (name: string) => path.parse(name).name;

/** Files that by their names are of layers, in other forms than CSV, and of which no CSV file is a copy. */
function otherLayersOf(folder: string, used: readonly string[], set: string | undefined): string[] {
  const stems = used.map(stemOf);
  return otherFilesOf(folder).filter((file) => {
    const { name, ext } = path.parse(file);
    const isLayer = isWeightName(name) && !stems.includes(name) && (set === undefined || name.endsWith(set));
    return isLayer && isText(ext) && looksLikeWeights(folder, file);
  });
}

const isText = (ext: string) => ['.txt', '.tsv', '.dat'].includes(ext.toLowerCase());

function looksLikeWeights(folder: string, name: string): boolean {
  if (TABLE.test(path.parse(name).name)) return false;
  const text = beginningOf(path.join(folder, name));
  if (/^\s*["']?[\p{L}_]/u.test(text)) return false;
  try {
    parseWeightCsv(text, name);
    return true;
  } catch {
    return false;
  }
}

/** The first lines, each of them whole. */
function beginningOf(file: string): string {
  const bytes = Buffer.alloc(LOOKED_AT);
  const opened = openSync(file, 'r');
  try {
    const text = bytes.toString('latin1', 0, readSync(opened, bytes));
    return text.length < LOOKED_AT ? text : text.slice(0, text.search(/[\r\n][^\r\n]*$/));
  } finally {
    closeSync(opened);
  }
}

/** Files of a folder that most likely hold weights, in forms that are not read from one. */
export const otherFilesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /\.(npz|txt|tsv|dat|h5|keras|pt|pth|onnx|tflite)$/i.test(name))
    .sort();
