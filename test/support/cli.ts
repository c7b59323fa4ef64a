import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { runCli } from '../../src/cli/program.js';
import { Random } from '../../src/core/random.js';

export const ROOT = path.join(import.meta.dirname, '..', '..');
const MAIN = path.join(ROOT, 'dist', 'cli', 'main.js');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A new folder that is nobody else's. */
export const newFolder = (name: string): string => mkdtempSync(path.join(tmpdir(), `espalier-${name}-`));

/** Starts the built command line in a folder, with nothing of this terminal. @param node options of Node itself */
export function startCli(
  folder: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
  node: readonly string[] = [],
) {
  if (!existsSync(MAIN)) throw new Error('dist/ is missing: `npm run build` comes before these tests');
  const child = spawn(process.execPath, [...node, MAIN, ...argv], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  return { child, ended: endOf(child) };
}

/** Runs the built command line in a folder. */
export const runCliIn = (folder: string, ...argv: string[]): Promise<Ended> => startCli(folder, argv).ended;

function endOf(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, ...texts }));
  });
}

/** Two clouds of points in the plane, as a table with a header. */
export function cloudsCsv(rows: number): string {
  const random = new Random(3, 'clouds');
  const lines = Array.from({ length: rows }, (_, row) => {
    const center = row % 2 === 0 ? 1 : 3;
    const point = Array.from({ length: 3 }, () => (center + random.normal()).toFixed(3));
    return [...point, row % 2 === 0 ? 'no' : 'yes'].join(',');
  });
  return ['length,width,weight,ripe', ...lines, ''].join('\n');
}

export const SMALL_MODEL = `data:
  file: data.csv
  label: ripe
  positive: 'yes'
hidden: [4]
training: { epochs: 4, batchSize: 16 }
pruning: { epochs: 4, batchSize: 16, frequency: 3 }
simulation: { random: 300, traceLayers: true }
`;

/** A folder with a model that runs in seconds, in `models/small`. */
export function smallModel(config = SMALL_MODEL): string {
  const folder = newFolder('model');
  const model = path.join(folder, 'models', 'small');
  mkdirSync(model, { recursive: true });
  writeFileSync(path.join(model, 'espalier.yaml'), config);
  writeFileSync(path.join(model, 'data.csv'), cloudsCsv(80));
  return folder;
}

/** Path inside the folder → text, of all files, but for those in folders whose names begin with a dot. */
export function filesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith('.'))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(path.join(folder, name), 'latin1')]));
}

/** Runs a command line in this process, with nothing of its environment. */
export async function cliHere(...argv: string[]) {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _, done) {
        texts[name] += chunk;
        done();
      },
    }) as NodeJS.WriteStream;
  const status = await runCli(argv, { stdout: stream('stdout'), stderr: stream('stderr'), env: {} });
  return { status, ...texts };
}
