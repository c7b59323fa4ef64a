import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import type { Manifest } from '../../src/emit/manifest.js';
import type { Layer, QuantizedNetwork } from '../../src/network/types.js';
import { manifestOf, withDesign } from '../support/icarus.js';
import { randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '0.0.0', command: 'espalier test' };

const SIGNED_BYTE = { signed: true, width: 8, integer: 1 };

function network(seed: number): QuantizedNetwork {
  const random = new Random(seed, 'acceptance');
  return randomNetwork(random, seed % 3 === 2 ? { maxInputs: 120, maxUnits: 20, maxLayers: 4 } : {});
}

/** Names that are keywords of Verilog, ports, signals and modules of the design, and each other in capitals. */
function badlyNamed(): QuantizedNetwork {
  const names = ['wire', 'x', 'values', 'HEAD', 'Wire', 'output_buffer', 'lane0', 'aclk', 'always'];
  const layers = names.map((name): Layer => {
    return {
      kind: 'dense',
      name,
      kernel: {
        formats: Array(2).fill({ signed: true, width: 4, integer: 1 }),
        codes: [
          [3, -5],
          [-2, 7],
        ],
      },
      bias: { formats: Array(2).fill({ signed: true, width: 4, integer: 1 }), codes: [1, -1] },
      activation: 'linear',
      output: Array(2).fill({ format: SIGNED_BYTE, rounding: 'RND', overflow: 'WRAP' }),
    };
  });
  return {
    name: 'espalier_rom',
    input: { formats: Array(2).fill(SIGNED_BYTE), names: ['endmodule', 'größe\n// x'] },
    layers,
    head: { kind: 'argmax' },
    labels: [],
    provenance: {},
  };
}

function accepts(design: QuantizedNetwork, lanes: number): Manifest {
  const files = emitDesign(design, { architecture: 'serial', lanes }, GENERATOR);
  const manifest = manifestOf(files);
  const { top, sources } = manifest;
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
  return manifest;
}

describe('emitted Verilog is accepted without a word by Verilator -Wall, Icarus -Wall and Yosys', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('random network %d', (seed) => {
    accepts(network(seed), (seed % 4) + 1);
  });

  it('whatever the layers and the network are called', () => {
    const { top, traces } = accepts(badlyNamed(), 2);
    expect(top).toBe('espalier_rom_2');
    expect(traces.map(({ path: place }) => place[0])).toEqual([
      'wire_layer',
      'x_layer',
      'values_layer',
      'HEAD_layer',
      'Wire_2_layer',
      'output_buffer_layer',
      'lane0_layer',
      'aclk_layer',
      'always_layer',
    ]);
  });
});
