import { type Files, ownershipOf, replaceFiles } from '../core/owned-folder.js';
import { problems as coreProblems } from '../core/problems.js';
import { MANIFEST_FILE } from '../emit/read-design.js';
import { checkApart, checkOutside } from './places.js';
import { problems } from './problems.js';

/** A folder that a command fills as a whole. */
export interface OutputFolder {
  readonly folder: string;
  /** What its files are together. */
  readonly product: 'design' | 'distillation';
  /** Without which the others count for nothing. */
  readonly seal: string;
  /** Files and folders that the command reads. */
  readonly inputs?: readonly string[];
  /** Whether the user said where it is to be. */
  readonly isChosen?: boolean;
}

/** A design's. */
export const designFolder = (
  folder: string,
  apart: Pick<OutputFolder, 'inputs' | 'isChosen'> = {},
): OutputFolder => ({ folder, product: 'design', seal: MANIFEST_FILE, ...apart });

/**
 * Says before any work what {@link writeOutput} would say.
 *
 * @throws pipeline/output-folder, file/edited, file/input-in-output, file/output-in-input
 */
export function checkOutput({ folder, product, inputs = [], isChosen = false }: OutputFolder): void {
  (isChosen ? checkOutside : checkApart)(folder, inputs);
  const found = ownershipOf(folder);
  const all = [...found.own, ...found.edited, ...found.foreign];
  if (found.product !== product && all.length > 0) throw problems.outputFolder(folder, all);
  if (found.edited.length > 0) throw coreProblems.fileEdited(found.edited.map((file) => `${folder}/${file}`));
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
