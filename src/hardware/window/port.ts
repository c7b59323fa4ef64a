import type { InputBeats } from '../input-beats.js';
import { unitIn } from './cells.js';
import type { MapGroup, MapPort } from './types.js';

/** Groups with the port of the one that reads the network's inputs, where its cells can go on as they come. */
export const withPorts = <Group extends MapGroup>(groups: readonly Group[], input: InputBeats): Group[] =>
  groups.map((group) => {
    const port = group.first === 0 ? portOf(group, input) : undefined;
    return port === undefined ? group : { ...group, port };
  });

function portOf({ stages }: MapGroup, { width, beats, fields }: InputBeats): MapPort | undefined {
  const [{ enters: x }] = stages;
  const [rows, columns] = x.shape;
  const cells = rows * columns;
  const read = Array.from({ length: cells }, (_, cell) =>
    x.channels.map((channel) => fields[unitIn(channel, Math.floor(cell / columns), cell % columns)]),
  );
  const [first] = read;
  const isAlike = read.every((codes) =>
    codes.every(({ width, signed }, slot) => width === first[slot].width && signed === first[slot].signed),
  );
  if (beats === 1 || !isAlike) return undefined;
  const fits = (cellsPerWord: number) => {
    const words = cells / cellsPerWord;
    if (!Number.isInteger(words) || beats % words !== 0) return false;
    const bits = (beats / words) * width;
    return read.every((codes, cell) => {
      const begin = Math.floor(cell / cellsPerWord) * bits;
      const word = read[cell % cellsPerWord];
      return codes.every(
        ({ lsb }, slot) => lsb - begin === word[slot].lsb && word[slot].lsb + word[slot].width <= bits,
      );
    });
  };
  const cellsPerWord = Array.from({ length: Math.floor(cells / 2) }, (_, at) => at + 1).find(fits);
  if (cellsPerWord === undefined) return undefined;
  return {
    ...{ width, beats, cellsPerWord, beatsPerWord: (beats * cellsPerWord) / cells },
    places: read
      .slice(0, cellsPerWord)
      .flat()
      .map(({ lsb, width: bits, signed }) => ({ lsb, width: bits, signed })),
  };
}
