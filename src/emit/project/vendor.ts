import type { Manifest } from '../manifest.js';
import { NameSpace } from '../names.js';
import { renderTemplate } from '../template.js';
import { commentText, madeBy, vector } from '../verilog.js';

/** Any 7-series part: what is packaged is for all families. */
const PACKAGING_PART = 'xc7a35tcpg236-1';
/** Of a symbol, the most that Avalon-ST has. */
const MOST_SYMBOL_BITS = 512;

/** Of the package, as Vivado and Platform Designer want it: numbers and points. */
export const plainVersion = ({ version }: Manifest['generator']): string =>
  /^\d+\.\d+/.exec(version)?.[0] ?? '1.0';

const nameIn = (file: string): string => file.replace(/^.*\//, '');

/** Scripts that make IP of a design: for Vivado's catalog, and for Platform Designer where its streams fit Avalon-ST. */
export function vendorFiles(manifest: Manifest): Map<string, string> {
  const { top, sources, roms, stream, generator } = manifest;
  const view = {
    top,
    madeBy: madeBy(generator),
    version: plainVersion(generator),
    description: `The network ${top}: ${commentText(manifest.architecture)}, made by Espalier`,
  };
  const files = new Map([
    [
      'vendor/package_ip.tcl',
      renderTemplate('project/package_ip.tcl', {
        ...view,
        part: PACKAGING_PART,
        files: [...sources, ...roms].map(({ file }) => nameIn(file)),
      }),
    ],
  ]);
  if (Math.max(stream.input.width, stream.output.width) > MOST_SYMBOL_BITS) return files;
  const module = new NameSpace(sources.map(({ file }) => nameIn(file).replace('.v', ''))).claim(
    `${top}_avalon`,
  );
  files.set(
    `vendor/${module}.v`,
    renderTemplate('project/avalon.v', {
      ...view,
      module,
      inputRange: ` ${vector(stream.input.width)}`,
      outputRange: ` ${vector(stream.output.width)}`,
    }),
  );
  files.set(
    `vendor/${module}_hw.tcl`,
    renderTemplate('project/hw.tcl', {
      ...view,
      module,
      files: [
        ...sources.map(({ file }) => ({ name: nameIn(file), type: 'VERILOG', file: `../${file}` })),
        { name: `${module}.v`, type: 'VERILOG', file: `${module}.v` },
        ...roms.map(({ file }) => ({ name: nameIn(file), type: 'OTHER', file: `../${file}` })),
      ],
      streams: [
        { name: 'sink', direction: 'end', width: stream.input.width, forth: 'Input', back: 'Output' },
        { name: 'source', direction: 'start', width: stream.output.width, forth: 'Output', back: 'Input' },
      ],
    }),
  );
  return files;
}
