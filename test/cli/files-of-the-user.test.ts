import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli, type Streams } from '../../src/cli/program.js';
import { newFolder, runCliIn, SMALL_MODEL, smallModel } from '../support/cli.js';

/** A command that writes, and how often it is tried: each takes milliseconds to seconds. */
interface Case {
  readonly name: string;
  readonly runs: number;
  /** Where it writes: a folder, or a file in it. */
  readonly out?: string;
  argv(inputs: string, out: string): string[];
  /** Words that make it fail, before or in the middle of its work. */
  readonly failing: readonly string[];
}

const design = (inputs: string) => path.join(inputs, 'design');
const CASES: readonly Case[] = [
  {
    name: 'compile',
    runs: 40,
    argv: (inputs, out) => ['compile', '--weights', path.join(inputs, 'w'), '--input', 'unit', '--out', out],
    failing: ['--format', 'nobody.weights=fixed<8,1>'],
  },
  {
    name: 'run',
    runs: 25,
    argv: (inputs, out) => ['run', path.join(inputs, 'model'), '--build', out, '--until', 'data'],
    failing: ['--from', 'variants'],
  },
  {
    name: 'export encoder-python',
    runs: 25,
    argv: (inputs, out) => ['export', 'encoder-python', path.join(inputs, 'network.json'), '--out', out],
    failing: ['--style', 'baroque'],
  },
  {
    name: 'export c',
    runs: 8,
    argv: (inputs, out) => ['export', 'c', design(inputs), '--out', out],
    failing: ['--style', 'baroque'],
  },
  {
    name: 'simulate',
    runs: 8,
    argv: (inputs, out) => [
      'simulate',
      design(inputs),
      '--engine',
      'embedded',
      '--random',
      '5',
      '--threads',
      '0',
      '--out',
      out,
    ],
    failing: ['--data', 'no-such-table.csv'],
  },
  {
    name: 'prove',
    runs: 6,
    out: 'proof.json',
    argv: (inputs, out) => ['prove', design(inputs), '--out', out],
    failing: ['--timeout', '0'],
  },
  {
    name: 'synth',
    runs: 2,
    out: 'synth.json',
    argv: (inputs, out) => ['synth', design(inputs), '--target', 'ice40', '--out', out],
    failing: ['--timeout', '0'],
  },
  {
    name: 'distill',
    runs: 3,
    argv: (inputs, out) => [
      'distill',
      path.join(inputs, 'model'),
      '--hidden',
      '2',
      '--epochs',
      '2',
      '--out',
      out,
    ],
    failing: ['--teacher', 'no-such-model.json'],
  },
];

/** Runs a command in this process. */
async function run(argv: readonly string[]): Promise<{ status: number; code: string | undefined }> {
  let text = '';
  const stream = (write: (chunk: string) => void) => ({ write, isTTY: false });
  const streams = {
    stdout: stream((chunk) => {
      text += chunk;
    }),
    stderr: stream(() => {}),
    env: {},
  } as unknown as Streams;
  const status = await runCli([...argv, '--json', '--quiet'], streams);
  return { status, code: JSON.parse(text).error?.code };
}

const namesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();

/** What a user has put somewhere. */
type Kind = 'file' | 'link to a file' | 'link to a folder' | 'link to nothing' | 'folder';

/** What lies at a place, so that a change of any sort shows. */
function seen(place: string): string {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return 'nothing';
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(place)}`;
  if (stats.isFile()) return `file ${readFileSync(place, 'latin1')}`;
  return 'folder';
}

/** Puts something of the user's at a place, in place of what we wrote there; not where his own is in the way. */
function put(folder: string, name: string, kind: Kind, elsewhere: string): string[] {
  const place = path.join(folder, name);
  try {
    mkdirSync(path.dirname(place), { recursive: true });
    if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) return [];
    rmSync(place, { force: true });
    if (kind === 'folder') mkdirSync(place);
    else if (kind === 'file') writeFileSync(place, `mine: ${name}`);
    else symlinkSync(path.join(elsewhere, kind.slice('link to a '.length)), place);
  } catch {
    return [];
  }
  return [place];
}

let inputs: string;
/** By the case's name what it leaves in a new folder, as far as it tells where it writes. */
const left = new Map<string, string[]>();

beforeAll(async () => {
  const folder = smallModel(SMALL_MODEL);
  inputs = newFolder('inputs');
  cpSync(path.join(folder, 'models', 'small'), path.join(inputs, 'model'), { recursive: true });
  mkdirSync(path.join(inputs, 'w'));
  writeFileSync(path.join(inputs, 'w', 'w1.csv'), '1,-1\n-1,0.5\n');
  writeFileSync(path.join(inputs, 'w', 'b1.csv'), '0.5\n0.25\n');
  await run(['compile', '--weights', path.join(inputs, 'w'), '--input', 'unit', '--out', design(inputs)]);
  const build = path.join(inputs, 'build');
  await run(['run', path.join(inputs, 'model'), '--build', build, '--until', 'quantize']);
  cpSync(path.join(build, 'model', 'quantize', 'network.json'), path.join(inputs, 'network.json'));
});

/** The earlier output of a case, for the names that it writes and to begin with. */
async function earlier(item: Case): Promise<{ folder: string; names: string[] }> {
  const folder = path.join(inputs, 'earlier', item.name);
  if (!left.has(item.name)) {
    expect(await run(item.argv(inputs, path.join(folder, item.out ?? '')))).toEqual({
      status: 0,
      code: undefined,
    });
    left.set(item.name, namesIn(folder));
  }
  return { folder, names: left.get(item.name) as string[] };
}

const KINDS: readonly Kind[] = [
  'file',
  'file',
  'file',
  'link to a file',
  'link to a folder',
  'link to nothing',
  'folder',
];
const PLACES = fc.array(
  fc.record({
    /** Which of the names that the command writes, and what is hung to it. */
    name: fc.nat(),
    ending: fc.constantFrom('', '', '', '.bak', '/mine', '.0123abcd.part', '.old', '~'),
    kind: fc.constantFrom(...KINDS),
  }),
  { minLength: 1, maxLength: 5 },
);

describe('files of the user’s', () => {
  it.each(CASES)('are what they were after $name, whatever lies where and whatever happens', async (item) => {
    const before = await earlier(item);
    const property = fc.asyncProperty(PLACES, fc.boolean(), fc.boolean(), async (places, again, fails) => {
      const folder = newFolder('out');
      const elsewhere = newFolder('elsewhere');
      mkdirSync(path.join(elsewhere, 'folder'));
      writeFileSync(path.join(elsewhere, 'file'), 'mine');
      if (again) cpSync(before.folder, folder, { recursive: true });
      const own = places.flatMap(({ name, ending, kind }) =>
        put(folder, before.names[name % before.names.length] + ending, kind, elsewhere),
      );
      const all = () => [...own, ...namesIn(elsewhere).map((name) => path.join(elsewhere, name))].map(seen);
      const was = all();
      const argv = [...item.argv(inputs, path.join(folder, item.out ?? '')), ...(fails ? item.failing : [])];
      const { status, code } = await run(argv);
      expect(all()).toEqual(was);
      expect(code).not.toBe('internal');
      expect(status === 0).toBe(code === undefined);
      if (fails) expect(status).not.toBe(0);
      // Nothing half-written, and nothing of what it was put together from.
      const strange = namesIn(folder).filter(
        (name) => /\.espalier-|\.espalier\./.test(name) && !/json/.test(name),
      );
      expect(strange.filter((name) => !own.includes(path.join(folder, name)))).toEqual([]);
    });
    await fc.assert(property, { numRuns: item.runs, seed: 1 });
  });

  it('are what they were where the build folder is that of the model', async () => {
    const folder = newFolder('iris');
    cpSync(path.join(inputs, 'model'), path.join(folder, 'iris'), { recursive: true });
    const model = path.join(folder, 'iris');
    mkdirSync(path.join(model, 'data'));
    cpSync(path.join(model, 'data.csv'), path.join(model, 'data', 'table.csv'));
    writeFileSync(path.join(model, 'espalier.yaml'), SMALL_MODEL.replace('data.csv', 'data/table.csv'));
    const table = readFileSync(path.join(model, 'data', 'table.csv'), 'utf8');
    const { status, stderr } = await runCliIn(folder, 'run', 'iris', '--build', '.', '--until', 'data');
    expect(status).toBe(1);
    expect(stderr).toBe(
      [
        'error file/input-in-output',
        '  where   iris/espalier.yaml',
        '  got     an input that lies in iris, where the output goes',
        '  wanted  an output folder without inputs',
        '  hint    choose another place for the output',
        '',
      ].join('\n'),
    );
    expect(readFileSync(path.join(model, 'data', 'table.csv'), 'utf8')).toBe(table);
    expect(existsSync(path.join(model, 'data', 'data.json'))).toBe(false);
  });
});
