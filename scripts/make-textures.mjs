// Draws pictures for models/cats-vs-dogs/small.yaml, for whoever has no photographs at hand: stripes stand for cats, spots for
// dogs. 32 x 32 pixels, colours, directions, sizes and noise at random by a seed.
//
//   npm run build && node scripts/make-textures.mjs [FOLDER [PICTURES OF EACH]]
import path from 'node:path';
import { Random } from '../dist/core/random.js';
import { writeBmp } from './bmp.mjs';

const SIZE = 32;
const [folder = path.join(import.meta.dirname, '..', 'models', 'cats-vs-dogs', 'textures'), count = '150'] =
  process.argv.slice(2);
const random = new Random(1, 'textures');
const between = (low, high) => low + (high - low) * random.float();
const colour = () => [between(0, 255), between(0, 255), between(0, 255)];
const mixed = (one, other, share) => one.map((level, at) => level + (other[at] - level) * share);

/** How much of the second colour a place has. */
const TEXTURES = {
  cats: () => {
    const [angle, length, phase] = [between(0, Math.PI), between(4, 9), between(0, 9)];
    return (row, column) =>
      0.5 +
      0.5 * Math.sin((2 * Math.PI * (row * Math.sin(angle) + column * Math.cos(angle) + phase)) / length);
  },
  dogs: () => {
    const [length, down, across] = [between(5, 10), between(0, 9), between(0, 9)];
    const wave = (place) => Math.sin((2 * Math.PI * place) / length);
    return (row, column) => (wave(row + down) * wave(column + across) > 0.35 ? 1 : 0);
  },
};

for (const [name, texture] of Object.entries(TEXTURES)) {
  for (let number = 0; number < Number(count); number++) {
    const [one, other, share] = [colour(), colour(), texture()];
    const noise = between(5, 40);
    const file = path.join(folder, name, `${String(number).padStart(4, '0')}.bmp`);
    writeBmp(file, SIZE, (row, column) =>
      mixed(one, other, share(row, column)).map((level) => level + between(-noise, noise)),
    );
  }
}
