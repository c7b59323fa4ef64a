import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';
import { EspalierError } from '../../src/core/errors.js';
import { sha256 } from '../../src/core/hash.js';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { NameSpace } from '../../src/emit/names.js';
import { planDesign } from '../../src/emit/plan.js';
import { networkToJson } from '../../src/network/json.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { ROOT } from '../support/cli.js';
import { manifestOf } from '../support/icarus.js';
import { randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '1.2.3', command: 'espalier compile --weights w.csv' };
const NETWORK = randomNetwork(new Random(3, 'design'), { maxLayers: 2 });
const DENSE = denseNetwork([6, 4, 2], 1);

const emit = (hardware: HardwareConfig, network: QuantizedNetwork = NETWORK) =>
  emitDesign(network, hardware, GENERATOR);

function messageOf(hardware: HardwareConfig, network: QuantizedNetwork = NETWORK): string {
  try {
    emit(hardware, network);
  } catch (error) {
    expect(error).toBeInstanceOf(EspalierError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('emitDesign', () => {
  it('gives the same bytes every time, and states the command in every generated file', () => {
    const files = emit({ architecture: 'serial', lanes: 2 });
    expect([...emit({ architecture: 'serial', lanes: 2 })]).toEqual([...files]);
    for (const [file, text] of files) {
      if (!/\.v$/.test(file)) continue;
      expect(text, file).toMatch(/^[\n -~]*$/);
      if (file.startsWith('rtl/espalier_')) continue;
      expect(text, file).toContain('\n// Made by espalier 1.2.3: espalier compile --weights w.csv\n');
    }
  });

  it('lists every file of rtl/ in the manifest, with the hash of its text', () => {
    const files = emit({ architecture: 'serial' });
    const manifest = manifestOf(files);
    const listed = [...manifest.sources, ...manifest.roms];
    const inFolder = [...files.keys()].filter((file) => /^rtl\/.*\.(v|mem)$/.test(file));
    expect(listed.map(({ file }) => file).sort()).toEqual(inFolder.sort());
    for (const { file, sha256: hash } of listed) expect(sha256(files.get(file) as string)).toBe(hash);
    expect(manifest.network.sha256).toBe(sha256(networkToJson(NETWORK)));
    expect(files.get('network.json')).toBe(networkToJson(NETWORK));
    for (const { file, width, depth } of manifest.roms) {
      const words = (files.get(file) as string).trim().split('\n');
      expect(words).toHaveLength(depth);
      for (const word of words) expect(BigInt(`0x${word}`) >> BigInt(width - 1)).toBe(1n);
    }
  });

  it('keeps a command of several lines, or in another alphabet, inside its comment', () => {
    const command = 'espalier run\nendmodule über';
    for (const [file, text] of emitDesign(NETWORK, { architecture: 'serial' }, { version: '1', command })) {
      if (file.endsWith('.v')) expect(text).not.toContain('\nendmodule ');
    }
  });

  it('refuses what it does not know', () => {
    expect(messageOf({ architecture: 'systolic' })).toMatch(
      /^hardware\.architecture: got "systolic", wanted one of serial(, \w+)* \[hardware\/architecture\]$/,
    );
    expect(messageOf({ architecture: 'paralel' })).toMatch(
      /^hardware\.architecture: got "paralel", wanted one of .* \(did you mean parallel\?\) \[hardware\/architecture\]$/,
    );
    expect(messageOf({ architecture: 'serial', lane: 2 })).toBe(
      'hardware.lane: got an unknown option, wanted an option of the serial architecture: multipliers, lanes, interval, maps, operands, stream, layers, board, inputs (did you mean lanes?) [hardware/unknown-option]',
    );
    expect(messageOf({ architecture: 'serial', speed: 2 })).toBe(
      'hardware.speed: got an unknown option, wanted an option of the serial architecture: multipliers, lanes, interval, maps, operands, stream, layers, board, inputs [hardware/unknown-option]',
    );
    expect(messageOf({ architecture: 'serial', maxLuts: 2 })).toBe(
      'hardware.maxLuts: got an option of the parallel architecture, wanted an option of the serial architecture: multipliers, lanes, interval, maps, operands, stream, layers, board, inputs ' +
        '(leave it out, or choose hardware.architecture parallel (--architecture parallel)) [hardware/other-option]',
    );
    expect(messageOf({ architecture: 'serial', stream: { width: 12 as never } })).toBe(
      'hardware.stream.width: got 12, wanted one of 8, 16, 32, 64, all [hardware/option]',
    );
    expect(messageOf({ architecture: 'parallel', stream: { with: 8 } as never })).toBe(
      'hardware.stream.with: got an unknown option, wanted an option of the streams: width (did you mean width?) [hardware/unknown-option]',
    );
    const wanted = 'wanted a whole number of lanes from 1 [hardware/option]';
    expect(messageOf({ architecture: 'serial', lanes: 0 })).toBe(`hardware.lanes: got 0, ${wanted}`);
    expect(messageOf({ architecture: 'serial', lanes: 'many' })).toBe(
      `hardware.lanes: got "many", ${wanted}`,
    );
    expect(messageOf({ architecture: 'serial', interval: 0.5 })).toBe(
      'hardware.interval: got 0.5, wanted a whole number of cycles from 1 [hardware/option]',
    );
    expect(messageOf({ architecture: 'serial', interval: 1, stream: { width: 8 } })).toMatch(
      /^hardware\.interval: got 1, wanted at least \d+, the beats of a sample \(raise hardware\.stream\.width \(--beat\)\) \[hardware\/interval\]$/,
    );
    expect(messageOf({ architecture: 'serial', lanes: 1, interval: 8 })).toBe(
      'hardware.interval: got 8, and hardware.lanes beside it, wanted one of the two: each takes the place of the ' +
        'other [hardware/alternatives]',
    );
  });

  it('refuses what a layer cannot be built by', () => {
    const names = DENSE.layers.map(({ name }) => name);
    const of = (layers: NonNullable<HardwareConfig['layers']>, more = {}) =>
      messageOf({ architecture: 'serial', ...more, layers }, DENSE);
    const [first] = names;
    const place = `hardware.layers.${first}`;
    expect(of({ [`${first}x`]: { lanes: 2 } })).toBe(
      `hardware.layers: got "${first}x", wanted one of the layers ${names.join(', ')} (did you mean ${first}?) [hardware/layer]`,
    );
    expect(of({ [first]: { engine: 'seriel' } })).toBe(
      `${place}.engine: got "seriel", wanted one of serial, parallel (did you mean serial?) [hardware/architecture]`,
    );
    expect(of({ [first]: { lane: 2 } })).toBe(
      `${place}.lane: got an unknown option, wanted an option of the serial architecture: multipliers, lanes, interval, maps, operands, engine (did you mean lanes?) [hardware/unknown-option]`,
    );
    expect(of({ [first]: { effort: 2 } })).toBe(
      `${place}.effort: got an option of the parallel architecture, wanted an option of the serial architecture: ` +
        'multipliers, lanes, interval, maps, operands, engine (leave it out, or choose engine parallel for the layer) [hardware/other-option]',
    );
    expect(of({ [first]: { engine: 'parallel', effort: 4 } })).toBe(
      `${place}.effort: got 4, wanted a whole number from 0 to 3 [hardware/option]`,
    );
    expect(of({ [first]: { lanes: 2, interval: 8 } })).toBe(
      `${place}.interval: got 8, and ${place}.lanes beside it, wanted one of the two: each takes the place of the ` +
        'other [hardware/alternatives]',
    );
    expect(of({ [first]: { interval: 1 } }, { stream: { width: 8 } })).toMatch(
      new RegExp(
        `^${place.replaceAll('.', '\\.')}\\.interval: got 1, wanted at least \\d+, the beats of a sample `,
      ),
    );
  });

  it('takes what stands for all layers where one says nothing', () => {
    const lanesOf = (hardware: HardwareConfig) =>
      planDesign(DENSE, hardware).facts.timing.layers.map(({ lanes }) => lanes);
    const [first] = DENSE.layers.map(({ name }) => name);
    const whole = lanesOf({ architecture: 'serial', lanes: 2 });
    expect(lanesOf({ architecture: 'serial', lanes: 2, layers: { [first]: {} } })).toEqual(whole);
    expect(lanesOf({ architecture: 'serial', interval: 2, layers: { [first]: { lanes: 1 } } })[0]).toBe(1);
    expect(
      lanesOf({ architecture: 'serial', lanes: 2, layers: { [first]: { engine: 'parallel' } } }),
    ).toEqual([undefined, ...whole.slice(1)]);
  });
});

describe('NameSpace', () => {
  it('gives a name away once, keywords never, without regard to case', () => {
    const names = new NameSpace(['top']);
    const claims = ['hidden', 'Hidden', 'wire', 'top', 'signal'].map((name) => names.claim(name));
    expect(claims).toEqual(['hidden', 'Hidden_2', 'wire_2', 'top_2', 'signal_2']);
  });

  it('keeps all names of a family free of clashes', () => {
    const names = new NameSpace(['a_y']);
    expect(names.claimFamily('a', ['_x', '_y'])).toBe('a_2');
    expect(names.claim('a_2_x')).toBe('a_2_x_2');
    expect(names.claim('a_x')).toBe('a_x');
  });
});

describe('every Verilog file', () => {
  it('declares no net by its use, and leaves the default behind it as it was', () => {
    const files = readdirSync(path.join(ROOT, 'rtl'))
      .filter((file) => file.endsWith('.v'))
      .map((file) => [file, readFileSync(path.join(ROOT, 'rtl', file), 'utf8')] as const);
    const emitted = ['serial', 'parallel'].flatMap((architecture) => [...emit({ architecture })]);
    const verilog = [...files, ...emitted.filter(([file]) => file.endsWith('.v'))];
    const without = verilog.filter(
      ([, text]) =>
        !/^`default_nettype none\n\nmodule /m.test(text) || !/\n\n`default_nettype wire\n$/.test(text),
    );
    expect(without.map(([file]) => file)).toEqual([]);
  });
});
