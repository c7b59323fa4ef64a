import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.js';

const inFolder = (folder: string, ending: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

describe('the npm package', () => {
  // What has been built lies in dist/: packing must not build it again beside other tests.
  const argv = ['pack', '--json', '--dry-run', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', argv, { cwd: ROOT, encoding: 'utf8' }));
  const names: string[] = files.map((file: { path: string }) => file.path);

  it('has all the code, what it reads, and nothing else', () => {
    const code = inFolder('src', '.ts')
      .filter((name) => !name.endsWith('.d.ts'))
      .map((name) => name.replace(/^src/, 'dist').slice(0, -'.ts'.length));
    // What a module was compiled to that is no more may lie in dist/ until the next `npm pack`, which clears it.
    const compiled = names.filter((name) => name.startsWith('dist/') && /\.(js|d\.ts)$/.test(name));
    expect(compiled).toEqual(expect.arrayContaining(code.flatMap((name) => [`${name}.js`, `${name}.d.ts`])));
    const others = names.filter((name) => !compiled.includes(name));
    expect(others.toSorted()).toEqual(
      [
        'LICENSE',
        'README.md',
        'package.json',
        'scripts/rooms.json',
        'scripts/setup.mjs',
        ...readdirSync(path.join(ROOT, 'rtl'))
          .filter((name) => name.endsWith('.v'))
          .map((name) => `rtl/${name}`),
        ...inFolder('rtl/links', '.v'),
        'rtl/links/espalier_registers.h',
        'rtl/links/espalier_registers.rdl',
        ...inFolder('rtl/boards', '.v'),
        ...inFolder('templates', '.hbs'),
        ...inFolder('sim', '.v'),
        ...['.cpp', '.h', '.mk'].flatMap((ending) => inFolder('sim', ending)),
        ...inFolder('schemas', '.json'),
        ...['.yaml', '.csv', '.txt', '.gz', 'README.md', 'LICENSE', 'network.json'].flatMap((ending) =>
          inFolder('models', ending),
        ),
      ].toSorted(),
    );
  });

  it('has its scripts: those that package.json says for users run from it', () => {
    const { bin, exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const entries = [bin.espalier, exports['.'].types, exports['.'].default].map((name) => name.slice(2));
    expect(names).toEqual(expect.arrayContaining(entries));
  });
});
