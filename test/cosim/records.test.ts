import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.js';
import { junitXml, type SimulationRecord } from '../../src/cosim/record.js';
import { addRegression, fittingRecords, readRegressions } from '../../src/cosim/regressions.js';
import { simulate } from '../../src/cosim/simulate.js';
import { CACHE, newFolder, TINY, tinyDesign } from './fixture.js';

const QUICK = { engine: 'icarus', random: 40, cacheFolder: CACHE } as const;

describe('regression records', () => {
  it('keep what failed, and it is run first from then on', async () => {
    const regressions = path.join(newFolder(), 'regressions.json');
    const broken = tinyDesign([['y_q <= a', "y_q <= (data_i == 16'h6407) ? 11'd1 : a"]]);
    const rows = [
      [3, 4],
      [7, 100],
    ];
    const first = await simulate(broken, { ...QUICK, rows, regressions });
    expect(first.difference).toMatchObject({ origin: 'data row 1', input: [7, 100] });
    expect(readRegressions(regressions)).toEqual([
      {
        codes: [7, 100],
        stalls: 'mixed',
        seed: 1,
        found: expect.stringMatching(
          /^a wrong value in a layer at sample 1 \(data row 1\), cycle \d+, layer sum, unit 0: expected -174 \(-10.875\), got 1 \(0.0625\)$/,
        ),
      },
    ]);
    const kept = readFileSync(regressions, 'utf8');

    const again = await simulate(broken, { ...QUICK, regressions });
    expect(again.segments[0]).toEqual({ kind: 'regression', start: 0, count: 1 });
    expect(again.difference).toMatchObject({ sample: 0, origin: 'regression vector 0', input: [7, 100] });
    // Known already.
    expect(readFileSync(regressions, 'utf8')).toBe(kept);

    // Another seed now: the stalls of the record are run too.
    const mended = await simulate(tinyDesign(), { ...QUICK, seed: 2, regressions });
    expect(mended).toMatchObject({ passed: true, unfitRegressions: 0 });
  });

  it('that fit no longer are left aside', async () => {
    const record = { stalls: 'none', seed: 1, found: '' } as const;
    const records = [
      { ...record, codes: [1, 2, 3] },
      { ...record, codes: [1, 200] },
      { ...record, codes: [1, -128] },
    ];
    expect(fittingRecords(TINY, records)).toEqual([records[2]]);
    const regressions = path.join(newFolder(), 'regressions.json');
    for (const item of records) addRegression(regressions, item);
    expect(await simulate(tinyDesign(), { ...QUICK, regressions })).toMatchObject({
      unfitRegressions: 2,
      passed: true,
    });
  });

  it.each([
    [
      'no json',
      /^.*regressions\.json: got .*JSON.*, wanted regression records \("espalier\/regressions", version 1\) \[cosim\/regression-records\]$/,
    ],
    [
      '{"schema":"espalier/regressions","version":1,"records":[{"codes":[1.5],"stalls":"none","seed":1,"found":""}]}',
      /^.*regressions\.json\.records\[0\]\.codes\[0\]: got 1\.5, wanted a whole number \[cosim\/regression-records\]$/,
    ],
    [
      '{"schema":"espalier/regressions","version":2,"records":[]}',
      /^.*regressions\.json\.version: got 2, wanted 1 \[cosim\/regression-records\]$/,
    ],
  ])('refuse a file that is none: %s', (text, message) => {
    const file = path.join(newFolder(), 'regressions.json');
    writeFileSync(file, text);
    expect(() => readRegressions(file)).toThrow(message);
  });
});

describe('records', () => {
  it('are the same for the same design, options and seed, but for the timing', async () => {
    const run = async () => {
      const { timing, ...record } = await simulate(tinyDesign(), QUICK);
      expect(timing.simulationSeconds).toBeGreaterThan(0);
      return record;
    };
    expect(JSON.stringify(await run())).toBe(JSON.stringify(await run()));
  });

  it('tell two designs of one name and one network apart by their manifests', async () => {
    const [first, second] = [tinyDesign(), tinyDesign()];
    const file = path.join(second, 'manifest.json');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
    const records = [await simulate(first, QUICK), await simulate(second, QUICK)];
    expect(records.map(({ manifest }) => manifest)).toEqual(
      [first, second].map((folder) => sha256(readFileSync(path.join(folder, 'manifest.json')))),
    );
    expect(records[0].manifest).not.toBe(records[1].manifest);
    expect(records[0].network).toBe(records[1].network);
  });

  it('hold no times, so that their files are the same too', async () => {
    const files = async () => {
      const outputFolder = newFolder();
      await simulate(tinyDesign(), { ...QUICK, outputFolder });
      return readdirSync(outputFolder).map((name) => [
        name,
        readFileSync(path.join(outputFolder, name), 'utf8'),
      ]);
    };
    const first = await files();
    expect(first.map(([name]) => name)).toEqual(['.espalier.json', 'simulation.json', 'simulation.xml']);
    expect(JSON.parse(first[1][1])).not.toHaveProperty('timing');
    expect(await files()).toEqual(first);
  });

  it('as JUnit have one case per thing shown, and nothing that XML would stumble over', () => {
    const record: SimulationRecord = {
      schema: 'espalier/simulation',
      version: 1,
      design: 'a<b>&"c"',
      architecture: 'serial',
      engine: { name: 'verilator', version: 'Verilator 5' },
      manifest: '5eed',
      network: '',
      editedSources: [],
      seed: 1,
      stalls: 'mixed',
      passed: false,
      samples: 5,
      segments: [
        { kind: 'data', start: 0, count: 2 },
        { kind: 'corner', start: 2, count: 3 },
        { kind: 'random', start: 5, count: 0 },
      ],
      differing: 1,
      cycles: 100,
      resets: 0,
      dropped: 0,
      stress: { samples: 4, cycles: 90, resets: 2, dropped: 1, wrongLengths: 0, differing: 0 },
      layersCompared: [],
      interval: { predicted: 4, measured: { least: 4, greatest: 5 } },
      latency: { predicted: 9, measured: { least: 9, greatest: 9 } },
      unfitRegressions: 0,
      difference: {
        kind: 'output',
        sample: 1,
        segment: 'data',
        origin: 'data row 1',
        cycle: 20,
        layer: "o'<ut>",
        field: 'unit 0',
        expected: { code: 1, value: 0.5 },
        got: { code: 'x', value: null },
        input: [1],
        alone: true,
      },
      others: [
        {
          engine: { name: 'icarus', version: 'Icarus' },
          body: 'XILINX=1',
          samples: 3,
          differing: 0,
          cycles: 9,
          stress: { samples: 0, cycles: 0, resets: 0, dropped: 0, wrongLengths: 0, differing: 0 },
          passed: true,
        },
      ],
      notCovered: ['embedded: not installed'],
      differenceIn: 'verilator',
      timing: {
        buildSeconds: 1,
        buildCached: false,
        referenceSeconds: 0.25,
        simulationSeconds: 0.5,
        othersSeconds: 0.25,
        finishedBefore: 0,
      },
    };
    const message =
      'a wrong output at sample 1 (data row 1), cycle 20, layer o&apos;&lt;ut&gt;, unit 0: expected 1 (0.5), got x';
    const name = 'espalier.a&lt;b&gt;&amp;&quot;c&quot;';
    expect(junitXml(record).split('\n')).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites tests="7" failures="2">',
      `  <testsuite name="${name}" tests="7" failures="2" errors="0" skipped="2">`,
      '    <properties>',
      '      <property name="manifest" value="5eed"/>',
      '    </properties>',
      `    <testcase classname="${name}" name="2 data rows">`,
      `      <failure message="${message}" type="difference">${message}</failure>`,
      '    </testcase>',
      `    <testcase classname="${name}" name="3 corners">`,
      '      <skipped message="an earlier vector differs"/>',
      '    </testcase>',
      `    <testcase classname="${name}" name="stream handshakes"/>`,
      `    <testcase classname="${name}" name="initiation interval">`,
      '      <failure message="predicted 4 cycles, measured 4 to 5" type="difference">predicted 4 cycles, measured 4 to 5</failure>',
      '    </testcase>',
      `    <testcase classname="${name}" name="latency"/>`,
      `    <testcase classname="${name}" name="3 vectors with icarus, body XILINX=1"/>`,
      `    <testcase classname="${name}" name="not covered: embedded: not installed">`,
      '      <skipped message="embedded: not installed"/>',
      '    </testcase>',
      '  </testsuite>',
      '</testsuites>',
      '',
    ]);
  });
});
