/// <reference lib="dom" />
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.js';
import { shareInterval } from '../../src/learn/statistics.js';
import { withInterval } from '../../src/report/html.js';
import type { ReportNumbers } from '../../src/report/numbers.js';
import type { McuCost, StudyReport } from '../../src/report/study.js';
import { openFile, startBrowser } from '../support/browser.js';
import { type Ended, runCliIn, smallModel } from '../support/cli.js';
import { SECTIONS_OF_RUN, SECTIONS_OF_STUDY, sectionsOf } from '../support/report-sections.js';

const MODEL = `data:
  file: data.csv
  label: ripe
  positive: 'yes'
hidden: [4]
training: { epochs: 6, batchSize: 16, learningRate: 0.02 }
pruning: { epochs: 6, batchSize: 16, frequency: 3, learningRate: 0.02 }
distillation: { epochs: 6, batchSize: 16, hidden: [2] }
quantizationAware: { epochs: 3, batchSize: 16 }
hardware: { architecture: serial, lanes: 2 }
simulation: { random: 50 }
study: { folds: 2, repeats: 2, bits: [3, 8], temperatures: [4], alphas: [0.1], lanes: [1, 2] }
`;

let folder: string;
let ended: Ended;
let browser: Browser;
const build = (...names: string[]) => path.join(folder, 'build', 'small', ...names);
const read = (file: string) => readFileSync(build(file), 'utf8');

beforeAll(async () => {
  folder = smallModel(MODEL);
  ended = await runCliIn(folder, 'run', '--study');
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe('a run with its study', () => {
  it('ends well and names its stages', () => {
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/^Make the variants of the study: /m);
    expect(ended.stderr).toMatch(/^Cross-validate the study: /m);
  });

  it('leaves every network as files for other tools', () => {
    const { files } = JSON.parse(read('variants/stage.json'));
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        'base/base_float32.tflite',
        'distilled/distilled_int8.tflite',
        'pruned-qat/pruned_qat.c',
        'pruned-qat/network.json',
      ]),
    );
  });

  it('keeps everything the next time', async () => {
    const again = await runCliIn(folder, 'run', '--study');
    expect(again.stderr.match(/: unchanged$/gm)).toHaveLength(10);
  });
});

describe('the report in a browser', () => {
  const open = (width: number, colorScheme: 'light' | 'dark') =>
    openFile(browser, build('report.html'), { width, colorScheme });

  it.each([
    [1240, 'light'],
    [1240, 'dark'],
    [390, 'light'],
  ] as const)('%d wide, %s: no complaint, no request, every picture drawn', async (width, colorScheme) => {
    const { page, complaints } = await open(width, colorScheme);
    const pictures = await page.evaluate(() =>
      [...document.querySelectorAll('figure svg')].map((svg) => {
        const { width, height } = svg.getBoundingClientRect();
        const marks = [...svg.querySelectorAll('.role-mark path, .role-mark text')] as SVGGraphicsElement[];
        const isVisible = (mark: SVGGraphicsElement) => mark.getBBox().width + mark.getBBox().height > 0;
        return {
          label: svg.getAttribute('aria-label'),
          width,
          height,
          marks: marks.filter(isVisible).length,
        };
      }),
    );
    expect(complaints).toEqual([]);
    expect(pictures.length).toBeGreaterThan(25);
    expect(pictures.filter((one) => !(one.marks > 0 && one.width > 60 && one.height > 40))).toEqual([]);
    expect(new Set(pictures.map(({ label }) => label)).size).toBe(pictures.length);
    await page.close();
  });

  it('is as wide as a phone: only tables and pictures scroll, each by itself', async () => {
    const { page } = await open(360, 'light');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.close();
  });

  it('shows every table whole on a small laptop', async () => {
    const { page } = await open(1200, 'light');
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('.scroll')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((table) => `${table.closest('section')?.id}: ${table.querySelector('thead')?.textContent}`),
    );
    expect(cut).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('can be read: %s', async (colorScheme) => {
    const { page } = await open(1240, colorScheme);
    const contrasts = await page.evaluate(() => {
      const luminance = (colour: string) => {
        const [red, green, blue] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
          const share = Number(part) / 255;
          return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const paper = luminance(getComputedStyle(document.body).backgroundColor);
      return [...document.querySelectorAll('p, td, th, h2, a, figure .role-axis-label text')].map(
        (element) => {
          const { color, fill } = getComputedStyle(element);
          const ink = luminance(element instanceof SVGElement ? fill : color);
          return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        },
      );
    });
    expect(contrasts.length).toBeGreaterThan(100);
    expect(Math.min(...contrasts)).toBeGreaterThan(4.5);
    await page.close();
  });

  it('has a link to each section, none empty', async () => {
    const { page } = await open(1240, 'light');
    const sections = await page.evaluate(() =>
      [...document.querySelectorAll('section')].map(({ id, textContent }) => ({
        id,
        length: textContent.length,
      })),
    );
    const links = await page.evaluate(() =>
      [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href')?.slice(1)),
    );
    expect(sections.map(({ id }) => id)).toEqual([...SECTIONS_OF_STUDY, ...SECTIONS_OF_RUN]);
    expect(links).toEqual([...SECTIONS_OF_STUDY, ...SECTIONS_OF_RUN]);
    expect(sections.filter(({ length }) => length < 100)).toEqual([]);
    await page.close();
  });
});

const numbersOf = () => JSON.parse(read('report.json')) as ReportNumbers & { readonly study: StudyReport };

describe('the report’s numbers', () => {
  it('are the same in Markdown', () => {
    const text = read('report.md');
    const { study } = numbersOf();
    for (const { name, accuracy, parameterBits, cost } of study.variants) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` | 3-`)) ?? '';
      expect(row).toContain(`| ${(accuracy.mean * 100).toFixed(1)} % [`);
      expect(row).toContain(` ${parameterBits.toLocaleString('en-US')} |`);
      if (cost !== undefined)
        expect(row).toMatch(new RegExp(`\\| ${cost.tables.flash} \\| ${cost.tables.ram} \\|$`));
    }
    expect(text).not.toMatch(/<[a-z]/);
  });

  it('are those of the networks: the last variant is what runs in hardware', () => {
    const { study, summary, hardware } = numbersOf();
    const variant = study.variants.find(({ name }) => name === 'pruned-qat');
    const fixed = summary.networks.find(({ name }) => name === 'fixed-point');
    expect(variant?.test.accuracy).toBe(fixed?.accuracy);
    expect(variant?.nonZeros).toBe(fixed?.nonZeros);
    const two = variant?.cost?.serial.find(({ lanes }) => lanes === 2);
    expect([two?.interval, two?.latency]).toEqual([hardware.timing.interval, hardware.timing.latency]);
  });

  it('hold each layer’s error against its bound', () => {
    const { errors } = numbersOf().networks['fixed-point'] as {
      errors: { bound: number; largest: number }[];
    };
    expect(errors).toHaveLength(3);
    for (const { bound, largest } of errors) expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-12));
  });

  it('of the schedule fill each lane with the cycles of its units', () => {
    for (const { schedule = [], interval, terms } of numbersOf().hardware.timing.layers) {
      const lanes = schedule.map((units) => units.reduce((sum, { cycles }) => sum + cycles, 0));
      expect(Math.max(...lanes)).toBe(interval);
      expect(lanes.reduce((sum, cycles) => sum + cycles, 0)).toBeGreaterThanOrEqual(terms);
    }
  });
});

describe('the table of networks', () => {
  const rowOf = (name: string) =>
    (
      read('report.md')
        .split('\n')
        .find((line) => line.startsWith(`| ${name} |`)) ?? ''
    )
      .split(' | ')
      .slice(1);

  it('has what each is worth and what it costs', () => {
    const { summary, networks, data } = numbersOf();
    const { memory } = networks['fixed-point'] as { memory: McuCost };
    const fixed = summary.networks.at(-1)!;
    const estimate = summary.hardware.estimate!;
    expect(rowOf('fixed point, in hardware')).toEqual([
      withInterval(shareInterval(fixed.accuracy, data.test)),
      ...[fixed.parameters, fixed.nonZeros, fixed.macs].map(String),
      `${fixed.nonZeroMacs} |`,
    ]);
    expect(rowOf('fixed point, emitted')).toEqual([
      ...[summary.hardware.interval, summary.hardware.latency].map(String),
      ...[estimate.luts + estimate.lutRams, estimate.dsps ?? 0, estimate.blockRams].map(String),
      String(memory.flash),
      `${memory.ram} |`,
    ]);
    // Three inputs, four hidden units, one output; the hardware computes what is not zero.
    expect(fixed.macs).toBe(3 * 4 + 4);
    expect(fixed.nonZeroMacs).toBeLessThan(fixed.macs);
    expect(rowOf('trained, floating point').slice(1)).toEqual(['21', '21', '16', '16 |']);
  });

  it('has what a synthesis of the very design found, and nothing of another', async () => {
    const mark = sha256('build/small/design').slice(0, 8);
    const manifest = sha256(read('design/manifest.json'));
    const resources = { luts: 1200, lutRams: 34, dsps: 5, blockRams: 6 };
    const record = {
      schema: 'espalier/synth',
      manifest,
      target: 'xc7',
      yosys: 'Yosys 0.1',
      flattened: { resources },
    };
    const place = path.join(folder, 'build', 'synth');
    mkdirSync(place);
    const write = (target: string, content: string) =>
      writeFileSync(path.join(place, `small-${mark}-${target}.json`), content);
    write('xc7', JSON.stringify(record));
    write('ecp5', JSON.stringify({ ...record, target: 'ecp5', manifest: sha256('of before') }));
    write('ice40', 'cut o');
    expect((await runCliIn(folder, 'run', '--study')).status).toBe(0);
    expect(rowOf('the same, synthesised for xc7')).toEqual(['', '', '1,234', '5', '6', '', ' |']);
    expect(read('report.md')).not.toMatch(/synthesised for (ecp5|ice40)/);
    expect(numbersOf().syntheses).toEqual([{ target: 'xc7', yosys: 'Yosys 0.1', resources }]);
    rmSync(place, { recursive: true });
    await runCliIn(folder, 'run', '--study');
  });
});

describe('a run without a study', () => {
  it('has the run’s sections and no others', async () => {
    renameSync(build('report.html'), build('with-study.html'));
    const { status } = await runCliIn(folder, 'run');
    expect(status).toBe(0);
    expect(sectionsOf(read('report.html'))).toEqual(SECTIONS_OF_RUN);
    expect(JSON.parse(read('report.json'))).not.toHaveProperty('study');
    await runCliIn(folder, 'run', '--study');
    expect(read('report.html') === read('with-study.html')).toBe(true);
  });

  it('cannot stop at a stage of the study', async () => {
    const { status, stderr } = await runCliIn(folder, 'run', '--until', 'variants');
    expect(status).toBe(1);
    expect(stderr).toBe(
      [
        'error pipeline/stage-absent',
        '  where   --until',
        '  got     variants, which is no stage of this run',
        '  wanted  one of data, train, prune, weights, quantize, design, simulate, report',
        '  hint    `--study` adds it',
        '',
      ].join('\n'),
    );
  });
});
