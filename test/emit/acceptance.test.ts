import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { manifestOf, withDesign } from '../support/icarus.js';
import { randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '0.0.0', command: 'espalier test' };

function network(seed: number): QuantizedNetwork {
  const random = new Random(seed, 'acceptance');
  return randomNetwork(random, seed % 3 === 2 ? { maxInputs: 120, maxUnits: 20, maxLayers: 4 } : {});
}

/** Names that are keywords of Verilog, ports, signals and modules of the design, and each other in capitals. */
function badlyNamed(): QuantizedNetwork {
  const names = ['wire', 'x', 'values', 'HEAD', 'Wire', 'output_buffer', 'lane0', 'aclk', 'always'];
  for (let seed = 0; ; seed++) {
    const plain = randomNetwork(new Random(seed, 'names'), { maxLayers: 9, maxUnits: 6 });
    if (
      plain.layers.length < 8 ||
      plain.layers.some((layer) => layer.kernel.codes.flat().every((c) => c === 0))
    )
      continue;
    const layers = plain.layers.map((layer, index) => ({ ...layer, name: names[index] }));
    return { ...plain, name: 'espalier_rom', layers };
  }
}

function accepts(design: QuantizedNetwork, lanes: number): void {
  const files = emitDesign(design, { architecture: 'serial', lanes }, GENERATOR);
  const { top, sources } = manifestOf(files);
  withDesign(files, (folder) => {
    const cwd = path.join(folder, 'rtl');
    const list = sources.map(({ file }) => path.basename(file));
    const says = (tool: string, args: string[]) => {
      const { stdout, stderr, status } = spawnSync(tool, args, { cwd, encoding: 'utf8' });
      return { says: `${stdout}${stderr}`, status };
    };
    const nothing = { says: '', status: 0 };
    expect(says('verilator', ['--lint-only', '-Wall', '--top-module', top, ...list])).toEqual(nothing);
    expect(says('iverilog', ['-g2001', '-Wall', '-s', top, '-o', 'a.vvp', ...list])).toEqual(nothing);
    const script = `read_verilog ${list.join(' ')}; hierarchy -check -top ${top}; proc; flatten; check -assert; opt -full; check -assert; memory`;
    expect(says('yosys', ['-q', '-p', script])).toEqual(nothing);
  });
}

describe('emitted Verilog is accepted without a word by Verilator -Wall, Icarus -Wall and Yosys', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('random network %d', (seed) => accepts(network(seed), (seed % 4) + 1));

  it('whatever the layers and the network are called', () => accepts(badlyNamed(), 2));
});
