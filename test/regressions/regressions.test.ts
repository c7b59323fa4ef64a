import { mkdtempSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readText } from '../../src/core/files.js';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { networkFromJson } from '../../src/network/json.js';
import { CACHE } from '../cosim/fixture.js';
import { writeFolder } from '../support/write-folder.js';

/** A network that once came out wrong: a file here stays for good. */
interface Regression {
  /** What was wrong. */
  readonly found: string;
  readonly hardware: HardwareConfig;
  readonly network: unknown;
}

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));

it.each(files)('%s is right for good', async (file) => {
  const regression = JSON.parse(readText(path.join(import.meta.dirname, file))) as Regression;
  const network = networkFromJson(JSON.stringify(regression.network), file);
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'espalier-test-')), 'design');
  writeFolder(folder, emitDesign(network, regression.hardware, { version: '0', command: 'test' }));
  const record = await simulate(folder, {
    engine: 'icarus',
    random: 300,
    traceLayers: true,
    cacheFolder: CACHE,
  });
  expect(record.difference === null ? 'no difference' : describeDifference(record.difference)).toBe(
    'no difference',
  );
  expect(record.passed).toBe(true);
});
