import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Manifest } from '../../src/emit/manifest.js';
import { compileConfig, compileWeights, writeDesign } from '../../src/library/functions.js';
import { networkFromJson } from '../../src/network/json.js';
import type { DenseNetwork } from '../../src/network/types.js';

/** The weights of ARCHITECTURE.md's example, compiled as it says. */
export function compileTiny(): { folder: string; manifest: Manifest; network: DenseNetwork } {
  const place = mkdtempSync(path.join(os.tmpdir(), 'tiny-'));
  const files = { w1: '0.5,-0.25\n1.5,0\n', b1: '0.25\n0.5\n', w2: '1\n-0.5\n', b2: '-0.25\n' };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(place, `${name}.csv`), text);
  const config = compileConfig(undefined, { input: 'ufixed<4,0>', bits: 6 });
  const made = compileWeights({ weights: [place], name: 'tiny', config });
  const folder = path.join(place, 'design');
  writeDesign(folder, made.files);
  const network = networkFromJson(made.files.get('network.json') as string) as DenseNetwork;
  return { folder, manifest: made.manifest, network };
}

/** What a test bench prints, line by line, run by Icarus. */
export function runBench(folder: string, bench: string): string[] {
  const rtl = path.join(folder, 'rtl');
  const sources = readdirSync(rtl).filter((file) => file.endsWith('.v'));
  const program = path.join(folder, 'bench.vvp');
  const roms = `-DESPALIER_ROM_DIR="${rtl}/"`;
  execFileSync('iverilog', [
    '-g2001',
    roms,
    '-o',
    program,
    bench,
    ...sources.map((file) => path.join(rtl, file)),
  ]);
  return execFileSync('vvp', ['-n', program], { encoding: 'utf8' }).split('\n');
}
