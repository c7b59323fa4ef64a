import { INPUT } from '../../network/graph.js';

/** A layer's name ends there. */
const MOST = 60;

/** Names of hardware for whatever things are called in a file: letters, digits and underscores, none twice. */
export class Identifiers {
  private readonly taken = new Set([INPUT]);

  next(wanted: string): string {
    const plain = identifier(wanted);
    let name = plain;
    for (let count = 2; this.taken.has(name); count++) name = `${plain}_${count}`;
    this.taken.add(name);
    return name;
  }
}

/** The end of a path says most. */
export const identifier = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(-MOST)
    .replace(/^(?![A-Za-z])/, 'n');
