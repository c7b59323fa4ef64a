import { isModel } from '../emit/bodies.js';
import type { DesignFolder } from '../emit/read-design.js';
import { problems } from './problems.js';
import { type Image, readImages } from './rom-images.js';
import { readTokens } from './verilog-conditionals.js';
import { Grammar, type ModuleText, type ParameterText } from './verilog-grammar.js';
import type { Token } from './verilog-tokens.js';

type CheckedDesign = Pick<DesignFolder, 'manifest' | 'files'> & {
  readonly body?: DesignFolder['body'] | undefined;
};

interface PlacedModule extends ModuleText {
  readonly file: string;
}

/** Primitives of the 7 series: what XILINX = 1 instantiates, and no design may define. */
const VENDOR_MODULES: ReadonlySet<string> = new Set(['LUT6', 'LUT6_2', 'CARRY4', 'MUXF7', 'MUXF8']);

/**
 * Checks that a design's Verilog is of the kind that Espalier writes, before any tool reads it: see {@link Grammar}.
 * Every module is defined once, in a file of the manifest, and so is every ROM image.
 *
 * @returns the ROM images
 * @throws netlist/verilog, netlist/rom
 */
export function checkVerilog({ manifest, files, body }: CheckedDesign): Image[] {
  const { sources, top } = manifest;
  const modules = new Map<string, PlacedModule>();
  for (const { file } of sources) {
    // Written for simulators, by hand, and no part of the design.
    if (body !== undefined && isModel(file, files.get(file) as string)) continue;
    const tokens = readTokens({ file, text: files.get(file) as string });
    for (const module of new Grammar(file, tokens).modules()) {
      const { name } = module;
      if (modules.has(name.text) || VENDOR_MODULES.has(name.text)) {
        throw problems.verilog(`${file}:${name.line}`, `the module ${name.text} again`, 'each module once');
      }
      modules.set(name.text, { ...module, file });
    }
  }
  if (!modules.has(top))
    throw problems.verilog('manifest.json', `the top module ${top}`, 'a module of the Verilog');
  const images = readImages(manifest, files);
  for (const module of modules.values()) {
    checkInstances(module, modules);
    for (const name of module.files) imageOf(module, name, images);
    for (const { parameters } of module.instances) checkChecksums(module, parameters, images);
  }
  return images;
}

function checkInstances({ file, instances }: PlacedModule, modules: ReadonlyMap<string, PlacedModule>): void {
  for (const { module, parameters } of instances) {
    if (VENDOR_MODULES.has(module.text)) continue;
    const definition = modules.get(module.text);
    if (definition === undefined) {
      throw problems.verilog(`${file}:${module.line}`, `the module ${module.text}`, 'a module of the design');
    }
    for (const { name, isText } of parameters) {
      const wantsText = definition.textParameters.has(name.text);
      if (wantsText === isText) continue;
      const wanted = wantsText ? 'the name of a ROM image, as a text' : 'a number';
      throw problems.verilog(`${file}:${name.line}`, `the value of ${name.text}`, wanted);
    }
  }
}

/** A simulator compares the contents with `…CHECKSUM` beside `…FILE`, and ends where they differ. */
function checkChecksums(
  module: PlacedModule,
  parameters: readonly ParameterText[],
  images: readonly Image[],
): void {
  const [file, sum] = ['FILE', 'CHECKSUM'];
  for (const { name, isText, value } of parameters) {
    if (!isText) continue;
    const beside = parameters.find((other) => other.name.text === name.text.replace(/FILE$/, sum));
    const wanted =
      value.kind === 'string'
        ? checksumText(imageOf(module, value, images))
        : value.text.replace(/FILE$/, sum);
    if (wanted === undefined) continue;
    if (name.text.endsWith(file) && beside?.value.text === wanted) continue;
    const got = beside === undefined ? 'no checksum' : `the checksum ${beside.value.text}`;
    throw problems.verilog(`${module.file}:${value.line}`, `${got} of ${value.text}`, wanted);
  }
}

const checksumText = ({ checksum }: Image): string | undefined =>
  checksum === undefined ? undefined : `32'h${checksum.toString(16).padStart(8, '0')}`;

function imageOf({ file }: PlacedModule, { text, line }: Token, images: readonly Image[]): Image {
  const name = text.slice(1, -1);
  const found = images.filter((image) => image.name === name);
  if (found.length === 1) return found[0];
  throw problems.verilog(
    `${file}:${line}`,
    `the file ${text}`,
    'the bare name of one ROM image of the manifest',
  );
}
