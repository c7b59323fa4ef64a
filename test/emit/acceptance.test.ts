import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { ARCHITECTURES } from '../../src/emit/architectures.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { Manifest } from '../../src/emit/manifest.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { expectAccepted } from '../support/acceptance.js';
import { manifestOf, withDesign } from '../support/icarus.js';
import { type RandomNetworkLimits, randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '0.0.0', command: 'espalier test' };

const DEPTHS = [1, 2, 3, 'layer', 'none'] as const;

interface Tried {
  /** Options for a seed, another set for each. */
  readonly hardware: (seed: number) => HardwareConfig;
  /** How large every third network may be: unrolled ones take the tools longer. */
  readonly large: RandomNetworkLimits;
}

/** Every micro-architecture, one entry each. */
const TRIED: Record<string, Tried> = {
  serial: {
    hardware: (seed) => ({ architecture: 'serial', lanes: (seed % 4) + 1 }),
    large: { maxInputs: 120, maxUnits: 20, maxLayers: 4 },
  },
  parallel: {
    hardware: (seed) => ({ architecture: 'parallel', adderLevelsPerStage: DEPTHS[seed % DEPTHS.length] }),
    large: { maxInputs: 16, maxUnits: 8, maxLayers: 3 },
  },
};

const SIGNED_BYTE = { signed: true, width: 8, integer: 1 };

function network(seed: number, large: RandomNetworkLimits): QuantizedNetwork {
  const random = new Random(seed, 'acceptance');
  return randomNetwork(random, { ...(seed % 3 === 2 ? large : {}), anyFinishes: seed % 2 === 1 });
}

/** Names that are keywords of Verilog, ports, signals and modules of the design, and each other in capitals. */
function badlyNamed(): QuantizedNetwork {
  const names = ['wire', 'x', 'values', 'HEAD', 'Wire', 'output_buffer', 'lane0', 'aclk', 'always'];
  const layers = names.map((name): DenseLayer => {
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

function accepts(design: QuantizedNetwork, hardware: HardwareConfig): Manifest {
  const files = emitDesign(design, hardware, GENERATOR);
  const manifest = manifestOf(files);
  withDesign(files, (folder) => expectAccepted(folder, manifest));
  return manifest;
}

const names = ARCHITECTURES.map(({ name }) => name);

describe.each(names)(
  '%s designs are accepted without a word by Verilator -Wall, Icarus -Wall and Yosys',
  (architecture) => {
    it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('random network %d', (seed) => {
      accepts(network(seed, TRIED[architecture].large), TRIED[architecture].hardware(seed));
    });

    it('whatever the layers and the network are called', () => {
      const { top, traces } = accepts(badlyNamed(), TRIED[architecture].hardware(1));
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
  },
);
