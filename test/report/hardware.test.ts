import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';
import { summaryText } from '../../src/cli/summary-text.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { parseManifest } from '../../src/emit/read-design.js';
import type { ReportData } from '../../src/report/data.js';
import { markdownOf } from '../../src/report/markdown.js';
import { hardware } from '../../src/report/sections/hardware.js';
import { type Summary, summarize } from '../../src/report/summary.js';

const NETWORK = denseNetwork([6, 4, 3], 0.5);

/** Of a run only what the hardware's numbers are made from. */
function dataOf(config: HardwareConfig): ReportData {
  const files = emitDesign(NETWORK, config, { version: '0', command: 'test' });
  const manifest: Manifest = parseManifest(files.get('manifest.json') as string);
  const trained = { test: {}, size: {}, history: [] };
  const simulation = {
    segments: [{ kind: 'random', start: 0, count: 10 }],
    engine: { version: 'Verilator' },
    samples: 10,
    passed: true,
    differing: 0,
    interval: { measured: { greatest: manifest.timing.interval } },
    latency: { measured: { greatest: manifest.timing.latency } },
  };
  const quantized = { ...trained, memory: { multiplies: 0 } };
  const data = { data: {}, base: trained, quantized, manifest, simulation };
  return data as unknown as ReportData;
}

/** The lines of the summary below its table. */
function factsOf(data: ReportData): string[] {
  const summary: Summary = { ...summarize(data), networks: [] };
  return summaryText(summary, (_, text) => text)
    .split('\n')
    .slice(3);
}

const parallel = dataOf({ architecture: 'parallel' });
const serial = dataOf({ architecture: 'serial', lanes: 2 });

it('tells of every layer where engines differ', async () => {
  const mixed = dataOf({ architecture: 'serial', lanes: 2, layers: { hidden1: { engine: 'parallel' } } });
  const text = markdownOf((await hardware(mixed)).body);
  expect(text).toContain('Micro-architecture **mixed**');
  expect(text).toMatch(/\| output \| 2 \|/);
  expect(text).toMatch(/\| hidden1 \| \d+ \| 24 \|/);
});

const streamsOf = ({ manifest: { stream } }: typeof serial): string =>
  `streams               a sample in 1 beat of ${stream.input.width} bits, its result in 1 beat of ${stream.output.width} bits`;

describe('what a parallel design takes', () => {
  const { timing, estimate } = parallel.manifest;
  const { terms, denseTerms } = summarize(parallel).hardware;

  it('is no comparison of cycles, but products, LUTs and registers', () => {
    expect(denseTerms).toBe(6 * 4 + 4 * 3);
    expect(factsOf(parallel)).toEqual([
      `cycles per inference  1; latency ${timing.latency}`,
      streamsOf(parallel),
      `products              ${terms} of 36: a zero weight costs nothing`,
      `cost model            ${estimate?.luts} LUTs, ${estimate?.flipFlops} registers on xc7, before synthesis`,
      'vectors compared      10 (10 random) by Verilator',
      'differences           0',
      `measured              an inference every cycle, after ${timing.latency}`,
    ]);
  });

  it('says where the times measured are not those predicted', () => {
    const summary = summarize(parallel);
    const simulation = { ...summary.simulation, measuredLatency: timing.latency + 3 };
    const late = { ...summary, networks: [], simulation };
    expect(summaryText(late, (_, text) => text)).toContain(
      `measured              an inference every cycle, after ${timing.latency + 3}: not as predicted`,
    );
  });

  it('is so in the report too', async () => {
    const text = markdownOf((await hardware(parallel)).body);
    expect(text).toContain('one inference every **1**\nclock cycle, ');
    expect(text).toContain('| layer | products | with the zeros | latency |');
    expect(text).toContain(
      `By the cost model ${estimate?.luts} LUTs, ${estimate?.flipFlops} registers on xc7`,
    );
    expect(text).not.toMatch(/dense|ROM|Picture/);
  });
});

describe('what a serial design takes', () => {
  const { timing, roms, estimate } = serial.manifest;

  it('is cycles beside those with the zeros, LUTs, and ROMs', () => {
    const { denseInterval, romBits } = summarize(serial).hardware;
    const dsps = estimate?.dsps === undefined ? '' : `, ${estimate.dsps} DSP blocks`;
    expect(denseInterval).toBe(12);
    expect(factsOf(serial).slice(0, 4)).toEqual([
      `cycles per inference  ${timing.interval} sparse, 12 dense; latency ${timing.latency}`,
      streamsOf(serial),
      `cost model            ${estimate?.luts} LUTs, ${estimate?.flipFlops} registers${dsps} on xc7, before synthesis`,
      `ROM                   ${romBits} bits in ${roms.length} images`,
    ]);
  });

  it('is so in the report too', async () => {
    const text = markdownOf((await hardware(serial)).body);
    expect(text).toContain('| layer | lanes | products | dense | interval | dense | latency |');
    expect(text).toContain('*Picture: Cycles per sample of each layer, sparse and dense*');
    expect(text).toContain('### ROM images');
  });
});
