import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readModel } from '../../src/pipeline/model.js';
import { newFolder, ROOT } from '../support/cli.js';

/** The flagship's configurations in a folder elsewhere. */
function elsewhere(name: string): string {
  const folder = path.join(newFolder('elsewhere'), name);
  cpSync(path.join(ROOT, 'models', 'wdbc'), folder, { recursive: true });
  return folder;
}

afterEach(() => vi.restoreAllMocks());

it.each([
  ['a folder below', 'models/wdbc', 'models/wdbc'],
  ['the same, written otherwise', './models/../models/wdbc/', 'models/wdbc'],
  ['its file', 'models/wdbc/espalier.yaml', 'models/wdbc'],
  ['another file', 'models/wdbc/flagship.yaml', 'models/wdbc/flagship.yaml'],
  ['its path on this machine', path.join(ROOT, 'models', 'wdbc'), 'models/wdbc'],
])('names a model by its path from here: %s', (_, given, wanted) => {
  vi.spyOn(process, 'cwd').mockReturnValue(ROOT);
  expect(readModel(given)).toMatchObject({ place: wanted, command: `espalier run ${wanted}` });
});

it('names a model elsewhere by its own folder, whatever its configuration calls it', () => {
  const folder = elsewhere("ripe or not, that's it");
  const word = "'ripe or not, that'\\''s it'";
  expect(readModel(folder)).toMatchObject({ place: word, command: `espalier run ${word}` });
  const plain = elsewhere('plain');
  expect(readModel(path.join(plain, 'flagship.yaml')).place).toBe('plain/flagship.yaml');
  vi.spyOn(process, 'cwd').mockReturnValue(plain);
  expect(readModel(plain).place).toBe('plain');
  vi.spyOn(process, 'cwd').mockReturnValue(path.join(plain, '..', 'beside'));
  expect(readModel(plain).place).toBe('plain');
});

it('says another seed than the configuration’s, and that alone', () => {
  const folder = elsewhere('mine');
  const { seed } = readModel(folder).config;
  expect(readModel(folder, seed).command).toBe('espalier run mine');
  expect(readModel(folder, seed + 1)).toMatchObject({
    command: `espalier run mine --seed ${seed + 1}`,
    config: { seed: seed + 1 },
  });
});

describe('without a name', () => {
  const hint = 'run models/digits';
  it.each([
    ['the only model', ['wdbc'], undefined],
    [
      'none of two',
      ['digits', 'wdbc'],
      'models: got no model named, and 2 to choose from: "models/digits", "models/wdbc", wanted the name of one, where ' +
        `there is more than one (such as \`espalier ${hint}\`) [pipeline/model-several]`,
    ],
    [
      'none where none is',
      [],
      '.: got no espalier.yaml, wanted a folder with an espalier.yaml, or the path of such a file (`espalier run ' +
        'models/wdbc` runs the example) [pipeline/model-missing]',
    ],
  ])('there is %s', (_, names, message) => {
    const folder = newFolder('here');
    mkdirSync(path.join(folder, 'models', 'empty'), { recursive: true });
    for (const name of names)
      cpSync(
        path.join(ROOT, 'models', name, 'espalier.yaml'),
        path.join(folder, 'models', name, 'espalier.yaml'),
      );
    const before = process.cwd();
    process.chdir(folder);
    try {
      if (message === undefined) expect(readModel(undefined).place).toBe('models/wdbc');
      else expect(() => readModel(undefined)).toThrow(expect.objectContaining({ message }));
    } finally {
      process.chdir(before);
    }
  });
});
