import path from 'node:path';
import { showValue } from '../core/shape.js';
import { type AffineNetwork, lowerNetwork, termsOf } from '../network/affine.js';
import { inParts } from '../network/parts.js';
import type { QuantizedNetwork } from '../network/types.js';
import { type FileRecord, type Manifest, romsOf } from './manifest.js';
import { problems } from './problems.js';
import { beatWidthOf, streamOf } from './stream.js';

/** Cycles for a product, and for what surrounds it, beyond any design that makes sense. */
const CYCLES_PER_PRODUCT = 16;
const CYCLES_BESIDE = 10_000;

/**
 * What the shape of a manifest does not say of its files: each is listed once, and is what its name says.
 *
 * @throws emit/manifest
 */
export function checkFiles(manifest: Manifest, place: string): void {
  const { network, sources, roms, board, companions = [] } = manifest;
  const seen = new Set(['manifest.json']);
  const check = (member: string, records: readonly FileRecord[], endings?: readonly string[]) => {
    records.forEach(({ file }, at) => {
      const where = `${place}.${member}[${at}].file`;
      if (seen.has(file)) throw problems.manifestMember(where, JSON.stringify(file), 'each file once');
      seen.add(file);
      if (endings === undefined || endings.includes(path.extname(file))) return;
      throw problems.manifestMember(where, JSON.stringify(file), `a file *${endings.join(' or *')}`);
    });
  };
  seen.add(network.file);
  check('sources', sources, ['.v']);
  check('roms', roms, ['.mem']);
  check('board.roms', board?.roms ?? [], ['.mem']);
  check('companions', companions);
  // Simulators find them by their bare names, in one folder.
  const all = romsOf(manifest);
  const names = all.map(({ file }) => path.basename(file));
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice < 0) return;
  throw problems.manifestMember(
    twice < roms.length ? `${place}.roms[${twice}].file` : `${place}.board.roms[${twice - roms.length}].file`,
    JSON.stringify(all[twice].file),
    'names of their own',
  );
}

/**
 * What follows from the network must be what the network says.
 *
 * @throws emit/manifest
 */
export function checkFacts(manifest: Manifest, network: QuantizedNetwork, place: string): void {
  const { timing, traces } = manifest;
  const affine = lowerNetwork(network);
  const facts = {
    name: network.name,
    stream: streamOf(affine, beatWidthOf(manifest.stream), network.input),
    ...foldedOf(affine),
  };
  const { name, stream, folded, unreadInputs } = manifest;
  demandSame({ name, stream, folded, unreadInputs }, facts, place);
  const layers = inParts(network).network.layers.map((layer) => layer.name);
  const named = { 'timing.layers': timing.layers, traces };
  for (const [member, items] of Object.entries(named)) {
    items.forEach(({ layer }, at) => {
      if (layers.includes(layer)) return;
      throw problems.manifestMember(
        `${place}.${member}[${at}].layer`,
        JSON.stringify(layer),
        'a layer of the network',
      );
    });
  }
  const { input, output } = facts.stream;
  const most = CYCLES_BESIDE + CYCLES_PER_PRODUCT * productsOf(affine) + input.beats + output.beats;
  for (const member of ['interval', 'latency'] as const) {
    const got = timing[member];
    if (got <= most) continue;
    throw problems.manifestMember(
      `${place}.timing.${member}`,
      String(got),
      `at most ${most} for this network`,
    );
  }
}

/** Throws at the first place where two plain values differ. */
function demandSame(got: unknown, wanted: unknown, place: string): void {
  if (!isObject(got) || !isObject(wanted)) {
    if (got !== wanted) throw problems.manifestFact(place, showValue(got), showValue(wanted));
    return;
  }
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
    demandSame(got[key], wanted[key], Array.isArray(wanted) ? `${place}[${key}]` : `${place}.${key}`);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The members that say what was folded away. */
export const foldedOf = ({ layers, inputs }: AffineNetwork): Pick<Manifest, 'folded' | 'unreadInputs'> => ({
  folded: layers.map(({ name, constants, unread }) => ({ layer: name, constants, unread })),
  unreadInputs: inputs.flatMap(({ read }, input) => (read ? [] : [input])),
});

/** What the layers multiply, zeros too, and what they hand on. */
const productsOf = ({ layers }: AffineNetwork): number =>
  layers.reduce((sum, layer) => sum + termsOf(layer).denseTerms + layer.rows.length, 0);
