import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** One temporary folder for the whole run of the tests, gone with it, whatever a test leaves behind. */
export default function setup(): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
