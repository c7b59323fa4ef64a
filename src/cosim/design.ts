import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../core/files.js';
import { bodyOf } from '../emit/bodies.js';
import { type DesignFolder, type EditedFile, readDesign } from '../emit/read-design.js';
import { checkText } from './check-text.js';
import { problems } from './problems.js';

/** An emitted design that can be simulated: its ROM images and its network are as they were emitted. */
export interface LoadedDesign extends DesignFolder {
  /** Verilog files that are not as they were emitted: somebody edited them, and wants to know whether they still work. */
  readonly editedSources: readonly string[];
}

/**
 * Reads an emitted design and checks that its parts belong together.
 *
 * @param folder holds `manifest.json`
 * @throws emit/*, cosim/verilog, cosim/network-changed, cosim/rom-changed, file/*, network/*
 */
export function loadDesign(folder: string): LoadedDesign {
  const design = readDesign(folder);
  for (const edit of design.edited) refuseEdit(design, edit);
  return withEditedSources(design);
}

/** The design as it is, whatever was edited. @throws cosim/verilog */
export function withEditedSources(design: DesignFolder): LoadedDesign {
  checkText(design);
  const editedSources = design.edited.filter(({ role }) => role === 'source').map(({ file }) => file);
  return { ...design, editedSources };
}

function refuseEdit({ folder, hashes }: DesignFolder, { file, role, change, emitted }: EditedFile): void {
  const place = path.join(folder, file);
  const got = hashes.get(file) as string;
  if (role === 'network') throw problems.cosimNetworkChanged(place, got, emitted, change);
  if (role === 'rom') throw problems.cosimRomChanged(place, got, emitted, change);
}

/** Macro definitions for what stands round the design in `sim/`. */
export function macrosOf(design: LoadedDesign): string[] {
  const { top, stream } = design.manifest;
  const set = Object.entries(bodyOf(design).parameters).map(([name, value]) => `.${name}(${value})`);
  return [
    `-DTOP=${top}`,
    `-DPARAMETERS=${set.length === 0 ? '' : `#(${set.join(',')})`}`,
    `-DINPUT_WIDTH=${stream.input.width}`,
    `-DOUTPUT_WIDTH=${stream.output.width}`,
  ];
}

/** Writes the design's Verilog as the manifest names it, for a tool that runs in the folder. */
export function writeSources({ files, manifest }: LoadedDesign, folder: string): void {
  for (const { file } of manifest.sources) {
    const place = path.join(folder, file);
    makeFolder(path.dirname(place));
    writeFileSync(place, files.get(file) as string);
  }
}

/** Writes the ROM images where a simulator that runs in the folder finds them: by their bare names. */
export function writeRoms({ files, manifest }: LoadedDesign, folder: string): void {
  for (const { file } of manifest.roms) {
    writeFileSync(path.join(folder, path.basename(file)), files.get(file) as string);
  }
}
