import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder that holds package.json, rtl/, templates/ and sim/: the same seen from src/ and from dist/. */
export const PACKAGE_ROOT = path.join(import.meta.dirname, '..', '..');

/** The version in package.json. */
export const VERSION: string = JSON.parse(
  readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'),
).version;
