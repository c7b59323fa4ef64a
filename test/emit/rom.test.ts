import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import { markedWords, printCoe, printMem, printMif, type RomImage } from '../../src/emit/rom.js';
import { networkFromJson } from '../../src/network/json.js';
import { manifestOf, runIcarus, withDesign } from '../support/icarus.js';
import { randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '0.0.0', command: 'espalier test' };
const SAMPLE = path.join(import.meta.dirname, '..', 'samples', 'serial-3-2-1', 'network.json');

const IMAGE: RomImage = {
  name: 'tiny_hidden_lane0_weights',
  layer: 'hidden',
  purpose: 'lane 0: {last, index, weight}',
  width: 9,
  words: [0n, 5n, 511n],
};

/** A design whose ROM `broken` is missing, empty or one word's bit away from its own. */
const DESIGN = emitDesign(
  randomNetwork(new Random(5, 'rom')),
  { architecture: 'serial', lanes: 2 },
  GENERATOR,
);
const MANIFEST = manifestOf(DESIGN);
const BROKEN = path.basename(MANIFEST.roms[0].file);

const BREAKS: [what: string, apply: (file: string) => void][] = [
  ['missing', (file) => rmSync(file)],
  ['empty', (file) => writeFileSync(file, '')],
  [
    'short',
    (file) => writeFileSync(file, (DESIGN.get(MANIFEST.roms[0].file) as string).replace(/^.*\n/, '')),
  ],
  [
    'all zero',
    (file) => writeFileSync(file, (DESIGN.get(MANIFEST.roms[0].file) as string).replace(/\w/g, '0')),
  ],
  [
    'of another design',
    (file) => writeFileSync(file, flipLowestBit(DESIGN.get(MANIFEST.roms[0].file) as string)),
  ],
];

function flipLowestBit(text: string): string {
  return text.replace(/(\w)\n/, (_, digit: string) => `${(Number.parseInt(digit, 16) ^ 1).toString(16)}\n`);
}

const MAIN = `
#include "V${MANIFEST.top}.h"
int main() { V${MANIFEST.top} top; for (int i = 0; i < 4; i++) { top.aclk = i & 1; top.eval(); } return 0; }
`;

describe('ROM images', () => {
  it('have a marker above every word', () => {
    expect(markedWords(IMAGE)).toEqual([0x200n, 0x205n, 0x3ffn]);
  });

  it('say the same in all three formats', () => {
    expect(printMem(IMAGE)).toBe('200\n205\n3ff\n');
    expect(printCoe(IMAGE)).toBe(
      '; hidden: lane 0: {last, index, weight}, 3 x 10 bits\nmemory_initialization_radix=16;\n' +
        'memory_initialization_vector=\n200,\n205,\n3ff;\n',
    );
    expect(printMif(IMAGE)).toBe(
      '-- hidden: lane 0: {last, index, weight}\nWIDTH=10;\nDEPTH=3;\nADDRESS_RADIX=UNS;\nDATA_RADIX=HEX;\n' +
        'CONTENT BEGIN\n  0 : 200;\n  1 : 205;\n  2 : 3ff;\nEND;\n',
    );
  });
});

describe('hardware that was built without one of its images', () => {
  const network = networkFromJson(readFileSync(SAMPLE, 'utf8'));
  const files = emitDesign(network, { architecture: 'serial', lanes: 2 }, GENERATOR);
  // As synthesis sees it: without the check of a simulation.
  const primitive = 'rtl/espalier_rom.v';
  files.set(primitive, `\`define SYNTHESIS\n${files.get(primitive)}`);
  const samples = [
    [0, 0, 0],
    [15, 0, 7],
    [3, 9, 15],
  ];

  it('gives results while all are there', () => {
    expect(runIcarus(files, samples).outputs).toHaveLength(samples.length);
  });

  it.each(manifestOf(files).roms.map(({ file }) => file))(
    'gives no result at all when %s reads zero',
    (file) => {
      const zeroed = new Map(files).set(file, (files.get(file) as string).replace(/\w/g, '0'));
      expect(runIcarus(zeroed, samples).outputs).toEqual([]);
    },
  );

  it('gives no result more once it has read a word that is zero', () => {
    const { outputs } = runIcarus(files, samples);
    const file = manifestOf(files).roms.find(({ purpose }) => purpose.includes('probability'))
      ?.file as string;
    const words = (files.get(file) as string).trimEnd().split('\n');
    const given = words.map((word, at) => {
      const zeroed = words.with(at, word.replace(/\w/g, '0'));
      return runIcarus(new Map(files).set(file, `${zeroed.join('\n')}\n`), samples).outputs;
    });
    for (const some of given) expect(some).toEqual(outputs.slice(0, some.length));
    expect(given.some(({ length }) => length > 0 && length < outputs.length)).toBe(true);
  });
});

describe('a ROM that is not what it should be', () => {
  it.each(BREAKS)('%s: Icarus ends with an error', (_, apply) => {
    withDesign(DESIGN, (folder) => {
      const rtl = path.join(folder, 'rtl');
      execFileSync('iverilog', ['-g2001', '-s', MANIFEST.top, '-o', 'a.vvp', '-f', `${MANIFEST.top}.f`], {
        cwd: rtl,
      });
      expect(spawnSync('vvp', ['-n', 'a.vvp'], { cwd: rtl }).status).toBe(0);
      apply(path.join(rtl, BROKEN));
      const broken = spawnSync('vvp', ['-n', 'a.vvp'], { cwd: rtl, encoding: 'utf8' });
      expect(broken.status).not.toBe(0);
      expect(broken.stdout).toContain(`contents of ${BROKEN} are missing or not this design's`);
    });
  });

  it('Verilator ends with an error for each of them', () => {
    withDesign(DESIGN, (folder) => {
      const rtl = path.join(folder, 'rtl');
      writeFileSync(path.join(rtl, 'main.cpp'), MAIN);
      const build = [
        '--cc',
        '--exe',
        '--build',
        '--top-module',
        MANIFEST.top,
        '-f',
        `${MANIFEST.top}.f`,
        'main.cpp',
      ];
      execFileSync('verilator', build, {
        cwd: rtl,
        env: { ...process.env, OBJCACHE: 'ccache' },
        stdio: 'pipe',
      });
      const run = () => spawnSync(`./obj_dir/V${MANIFEST.top}`, { cwd: rtl, encoding: 'utf8' });
      expect(run().status).toBe(0);
      for (const [, apply] of BREAKS) {
        apply(path.join(rtl, BROKEN));
        const broken = run();
        expect(broken.status).not.toBe(0);
        expect(broken.stdout).toContain(`contents of ${BROKEN} are missing or not this design's`);
      }
    });
  });

  it('Yosys refuses a missing file', () => {
    withDesign(DESIGN, (folder) => {
      const rtl = path.join(folder, 'rtl');
      const read = () =>
        spawnSync('yosys', ['-q', '-p', `read_verilog *.v; hierarchy -check -top ${MANIFEST.top}`], {
          cwd: rtl,
          encoding: 'utf8',
        });
      expect(read().status).toBe(0);
      rmSync(path.join(rtl, BROKEN));
      const refused = read();
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain(`Can not open file \`${BROKEN}\``);
    });
  });

  it('is found in ESPALIER_ROM_DIR from anywhere', () => {
    withDesign(DESIGN, (folder) => {
      const rtl = path.join(folder, 'rtl');
      const sources = MANIFEST.sources.map(({ file }) => path.join(folder, file));
      const place = `-DESPALIER_ROM_DIR="${rtl}/"`;
      execFileSync('iverilog', ['-g2001', place, '-s', MANIFEST.top, '-o', 'a.vvp', ...sources], {
        cwd: folder,
      });
      expect(spawnSync('vvp', ['-n', 'a.vvp'], { cwd: folder }).status).toBe(0);
      const script = path.join(folder, 'read.ys');
      writeFileSync(
        script,
        `read_verilog ${place} ${sources.join(' ')}\nhierarchy -check -top ${MANIFEST.top}\n`,
      );
      const yosys = spawnSync('yosys', ['-q', script], { cwd: folder, encoding: 'utf8' });
      expect(yosys.stderr).toBe('');
      expect(yosys.status).toBe(0);
    });
  });
});
