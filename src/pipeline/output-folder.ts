import { type Files, ownershipOf, replaceFiles } from '../core/owned-folder.js';
import { problems as coreProblems } from '../core/problems.js';
import { MANIFEST_FILE } from '../emit/read-design.js';
import { isWithin } from './places.js';
import { problems } from './problems.js';

/** A folder that a command fills as a whole. */
export interface OutputFolder {
  readonly folder: string;
  /** What its files are together. */
  readonly product: 'design' | 'distillation';
  /** Without which the others count for nothing. */
  readonly seal: string;
  /** Files that the command reads: they must not lie among those that it replaces. */
  readonly inputs?: readonly string[] | undefined;
}

/** A design's. */
export const designFolder = (folder: string, inputs: readonly string[] = []): OutputFolder => ({
  folder,
  product: 'design',
  seal: MANIFEST_FILE,
  inputs,
});

/**
 * Says before any work what {@link writeOutput} would say.
 *
 * @throws pipeline/output-folder, file/edited, file/input-in-output
 */
export function checkOutput({ folder, product, inputs = [] }: OutputFolder): void {
  const found = ownershipOf(folder);
  const all = [...found.own, ...found.edited, ...found.foreign];
  if (found.product !== product && all.length > 0) throw problems.outputFolder(folder, all);
  if (found.edited.length > 0) throw coreProblems.fileEdited(found.edited.map((file) => `${folder}/${file}`));
  const own = new Set(found.own.map((file) => `${folder}/${file}`));
  const within = inputs.find((input) => [...own].some((file) => isWithin(file, input)));
  if (within !== undefined) throw coreProblems.fileInputInOutput(within, folder);
}

/**
 * Fills a folder that is new, empty or has an older output of the same kind: that is replaced, and all else stays.
 *
 * @throws pipeline/output-folder, file/*
 */
export function writeOutput(output: OutputFolder, files: Files): void {
  checkOutput(output);
  replaceFiles(output.folder, output.product, files, output.seal);
}

/** Writes a design, as {@link writeOutput} does. */
export const writeDesign = (folder: string, files: ReadonlyMap<string, string>): void =>
  writeOutput(designFolder(folder), files);
