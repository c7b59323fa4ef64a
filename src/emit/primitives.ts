import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'rtl');

/** The hand-written modules that every design is put together from, as they are shipped. */
export const primitiveNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => path.extname(file) === '.v')
    .map((file) => path.basename(file, '.v'));

/** @param name a module's, such as `espalier_rom` */
export const primitiveText = (name: string): string => readFileSync(path.join(FOLDER, `${name}.v`), 'utf8');
