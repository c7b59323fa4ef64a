import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliHere as cli, newFolder } from '../support/cli.js';

/** What docs/network.md shows: y = relu([x0 + 3, 2·x0 − x1]) − x. */
const RESIDUAL = JSON.parse(
  /```json\n([\s\S]*?)```/.exec(readFileSync('docs/network.md', 'utf8'))?.[1] ?? '',
);

describe('espalier emit', () => {
  it.each(['serial', 'parallel'])('makes a design of a network written by hand: %s', async (architecture) => {
    const folder = newFolder('emit');
    const file = path.join(folder, 'residual.json');
    writeFileSync(file, JSON.stringify(RESIDUAL));
    const out = path.join(folder, 'design');
    const { status, stdout, stderr } = await cli('emit', file, '--architecture', architecture, '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`design    ${out}\ncheck it  espalier simulate ${out}\n`);
    const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
    expect(manifest.generator.command).toBe(`espalier emit residual.json --architecture ${architecture}`);
    const past = manifest.traces[0].fields.flatMap((field: { handedOn?: unknown }) => field.handedOn ?? []);
    expect(past).toEqual([
      { layer: 'input', unit: 0 },
      { layer: 'input', unit: 1 },
    ]);
  });

  it('says of a design for a board where it is told how it is built', async () => {
    const folder = newFolder('emit');
    const file = path.join(folder, 'residual.json');
    writeFileSync(file, JSON.stringify(RESIDUAL));
    const out = path.join(folder, 'design');
    const { status, stdout } = await cli('emit', file, '--board', 'basys3', '--out', out);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`check it  espalier simulate ${out}\nbuild it  as ${path.join(out, 'README.md')} says\n$`),
    );
    expect(readFileSync(path.join(out, 'README.md'), 'utf8')).toContain(
      '    make bitstream\n    make program\n',
    );
  });

  it('refuses what is no network, and writes nothing', async () => {
    const folder = newFolder('emit');
    const file = path.join(folder, 'no.json');
    writeFileSync(file, JSON.stringify({ ...RESIDUAL, version: 3 }));
    const out = path.join(folder, 'design');
    const { status, stderr } = await cli('emit', file, '--out', out);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: [
        'error network/schema',
        `  where   ${file}.version`,
        '  got     3',
        '  wanted  1 or 2',
        '',
      ].join('\n'),
    });
    expect(existsSync(out)).toBe(false);
  });
});
