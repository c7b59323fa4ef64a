import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const RTL = path.join(import.meta.dirname, '..', '..', 'rtl');
/** Modules of designs; of links between designs and boards; of boards. */
const FOLDERS = [RTL, path.join(RTL, 'links'), path.join(RTL, 'boards')];

/** The hand-written modules that designs and boards are put together from, as they are shipped. */
export const primitiveNames = (): string[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => path.extname(file) === '.v')
      .map((file) => path.basename(file, '.v')),
  );

/** @param name a module's, such as `espalier_rom` */
export function primitiveText(name: string): string {
  const places = FOLDERS.map((folder) => path.join(folder, `${name}.v`));
  return readFileSync(places.find((place) => existsSync(place)) ?? places[0], 'utf8');
}
