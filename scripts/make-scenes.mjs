// Draws pictures for models/scenes/small.yaml, for whoever has no photographs at hand: six kinds of scenes of 32 x 32 pixels,
// their light, shapes and noise at random by a seed.
//
//   npm run build && node scripts/make-scenes.mjs [FOLDER [PICTURES OF EACH]]
import path from 'node:path';
import { Random } from '../dist/core/random.js';
import { writeBmp } from './bmp.mjs';

const SIZE = 32;
const [folder = path.join(import.meta.dirname, '..', 'models', 'scenes', 'drawn'), count = '60'] =
  process.argv.slice(2);
const random = new Random(1, 'scenes');
const between = (low, high) => low + (high - low) * random.float();

const SKY = [120, 170, 230];
const STONE = [120, 115, 110];
const TREE = [30, 90, 35];
const SNOW = [235, 240, 250];
const WATER = [20, 80, 140];
const ROAD = [70, 70, 75];
const LIGHT = [250, 220, 120];

/** The height of something with peaks at random, by the column. */
function ridge(low, high, length) {
  const phases = [between(0, 9), between(0, 9)];
  return (column) => {
    const wave =
      Math.sin((column + phases[0]) / length) + Math.abs(((column + phases[1]) % length) / length - 0.5);
    return low + ((high - low) * (wave + 1)) / 2.5;
  };
}

/** The colour at a place: rows from the top. */
const SCENES = {
  buildings: () => {
    const [width, top, gap] = [between(6, 10), between(4, 10), between(3, 5)];
    return (row, column) => {
      const house = Math.floor(column / width);
      if (row < top + ((house * 7) % 5)) return SKY;
      return Math.floor(row) % Math.round(gap) === 1 && column % 3 < 1 ? LIGHT : STONE;
    };
  },
  forest: () => {
    const [width, top] = [between(3, 6), between(0, 5)];
    return (row, column) => {
      const across = Math.abs((column % width) - width / 2);
      if (row < top) return SKY;
      return across < 0.8 && row > 16 ? [80, 55, 30] : TREE.map((level) => level * (1 - across / width));
    };
  },
  glacier: () => {
    const top = ridge(6, 14, between(5, 9));
    return (row, column) => (row < top(column) ? SKY : (row + column) % 9 < 1 ? [150, 200, 235] : SNOW);
  },
  mountain: () => {
    const [top, snow] = [ridge(4, 20, between(8, 14)), between(2, 6)];
    return (row, column) => {
      const below = row - top(column);
      return below < 0 ? SKY : below < snow ? SNOW : STONE.map((level) => level - row);
    };
  },
  sea: () => {
    const [horizon, length] = [between(9, 18), between(2, 5)];
    return (row, column) => {
      if (row < horizon) return SKY;
      return WATER.map((level) => level + 25 * Math.sin(row / 1.5 + Math.sin(column / length)));
    };
  },
  street: () => {
    const [horizon, middle] = [between(8, 14), between(12, 20)];
    return (row, column) => {
      const half = 2 + Math.max(0, row - horizon) * 0.6;
      const across = Math.abs(column - middle);
      if (row >= horizon && across < 0.8 && Math.floor(row) % 4 < 2) return SNOW;
      if (row >= horizon && across < half) return ROAD;
      return across > half + 2 ? STONE : SKY;
    };
  },
};

for (const [name, scene] of Object.entries(SCENES)) {
  for (let number = 0; number < Number(count); number++) {
    const [draw, light, noise] = [scene(), between(0.6, 1.2), between(8, 40)];
    const file = path.join(folder, name, `${String(number).padStart(4, '0')}.bmp`);
    writeBmp(file, SIZE, (row, column) =>
      draw(row, column).map((level) => level * light + between(-noise, noise)),
    );
  }
}
