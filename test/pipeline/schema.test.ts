import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/pipeline/checked-config.js';
import { readModel } from '../../src/pipeline/model.js';

const root = path.join(import.meta.dirname, '..', '..');

describe('the schema for editors', () => {
  it('is that of the configuration (`npm run schema` writes it)', () => {
    const file = path.join(root, 'schemas', 'espalier.schema.json');
    expect(readFileSync(file, 'utf8')).toBe(configJsonSchema());
  });

  it('is named by the flagship, which is a valid model', () => {
    const file = path.join(root, 'models', 'wdbc', 'espalier.yaml');
    const [first] = readFileSync(file, 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../../schemas/espalier.schema.json');
    expect(readModel(file).config.hidden).toEqual([16]);
  });
});
