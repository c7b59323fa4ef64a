import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileConfig, type Overrides } from '../../src/pipeline/compile-config.js';
import { messageOf } from '../support/messages.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-compile-config-'));

function hardwareOf(yaml: string, overrides: Overrides) {
  const file = path.join(folder, 'espalier.yaml');
  writeFileSync(file, `hardware: ${yaml}\n`);
  return compileConfig(file, overrides).hardware;
}

describe('what a command line says of a layer', () => {
  it('is an engine, options of it, or both', () => {
    expect(hardwareOf('{ lanes: 2 }', { layer: { hidden: 'parallel', output: 'serial,lanes=4' } })).toEqual({
      architecture: 'serial',
      lanes: 2,
      maps: 'stream',
      multipliers: 'dsp',
      layers: { hidden: { engine: 'parallel' }, output: { engine: 'serial', lanes: 4 } },
    });
    expect(
      hardwareOf('{ architecture: parallel }', { layer: { hidden: 'form=csd, effort=0' } }).layers,
    ).toEqual({ hidden: { engine: 'parallel', form: 'csd', effort: 0 } });
  });

  it('stands above what the configuration says, and leaves the rest of it', () => {
    const yaml =
      '{ layers: { hidden: { engine: parallel, effort: 2, maps: unroll }, output: { interval: 9 } } }';
    expect(hardwareOf(yaml, { layer: { hidden: 'effort=3', output: 'lanes=2' } }).layers).toEqual({
      hidden: { engine: 'parallel', effort: 3, maps: 'unroll' },
      output: { engine: 'serial', lanes: 2 },
    });
    expect(hardwareOf(yaml, { layer: { hidden: 'serial' } }).layers).toMatchObject({
      hidden: { engine: 'serial' },
    });
  });

  it('is gone with the architecture that it was said beside', () => {
    const yaml = '{ layers: { hidden: { lanes: 2 } } }';
    expect(hardwareOf(yaml, { architecture: 'parallel' })).toEqual({ architecture: 'parallel' });
  });

  it.each(['serial,parallel', 'serial,', 'lanes=', 'lanes=2=3', '=2'])('is refused otherwise: %s', (text) => {
    expect(messageOf(() => hardwareOf('{}', { layer: { hidden: text } }))).toBe(
      `--layer: got "hidden=${text}", wanted LAYER=ENGINE,OPTION=VALUE,…, such as hidden=serial,lanes=4 [cli/option-value]`,
    );
  });
});
