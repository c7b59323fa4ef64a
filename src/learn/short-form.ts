import { z } from 'zod';
import { list } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { fitShape, wantedBy } from '../core/shape.js';
import { checkFloatNetwork } from '../float/check.js';
import { floatKindOf } from '../float/layers/index.js';
import type { Shape } from '../float/layers/kind.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { INPUT } from '../network/graph.js';
import { sizeOf } from '../network/tensor.js';
import { problems } from './problems.js';
import { DROPOUT, type ShortForm, type ShortKind, TRAINED } from './short-kinds.js';

/**
 * A layer as a person states it: one member says the kind and its main number, others what differs from the usual, such
 * as `{ conv: 16, stride: 2, padding: 'same' }`. It reads the layer before, or the one that `from` names; `add` and
 * `concat` name those that they read. `{ dropout: 0.2 }` belongs to the layer before it.
 */
export type ShortLayer = Readonly<Record<string, unknown>>;

/** A network that is yet to be trained: kernels 0, other numbers as a training begins with them. */
export interface Planned {
  readonly network: FloatNetwork;
  /** Shares of dropout by the name of the layer behind which they stand. */
  readonly dropout: Readonly<Record<string, number>>;
}

const isDropout = (short: ShortLayer): boolean => Object.hasOwn(short, 'dropout');

/** The kind that a layer names; `activation` is a member of others too. Undefined where it names none, or several. */
function kindNamed(layer: ShortLayer, { kinds }: ShortForm): ShortKind | undefined {
  const named = kinds.filter(({ key }) => Object.hasOwn(layer, key));
  const [found, ...others] = named.length > 1 ? named.filter(({ key }) => key !== 'activation') : named;
  return others.length === 0 ? found : undefined;
}

const membersOf = (layer: ShortLayer, form: ShortForm): z.ZodType | undefined =>
  isDropout(layer) ? DROPOUT : kindNamed(layer, form)?.members;

/** Every word that names what an item of the list is. */
export const shortKeys = ({ kinds }: ShortForm): readonly string[] => [
  ...kinds.map(({ key }) => key),
  'dropout',
];

const kindsWanted = (form: ShortForm) => `a layer that names one kind: ${shortKeys(form).join(', ')}`;

/** Its own name, or that of its kind with a number: `conv1`, `conv2`, …; dropouts have none. */
export function shortNames(stated: readonly ShortLayer[], form = TRAINED): (string | undefined)[] {
  const given: string[] = [];
  return stated.map((short) => {
    if (isDropout(short)) return undefined;
    const key = kindNamed(short, form)?.key ?? '';
    const number = given.filter((name) => name.replace(/\d+$/, '') === key).length + 1;
    const name = typeof short.name === 'string' ? short.name : `${key}${number}`;
    given.push(name);
    return name;
  });
}

/** Shares of dropout by the name of the layer behind which they stand. */
export function shortDropout(stated: readonly ShortLayer[]): Record<string, number> {
  const names = shortNames(stated);
  return Object.fromEntries(
    stated.flatMap((short, index) => {
      const before = names.slice(0, index).findLast((name) => name !== undefined);
      return isDropout(short) && before !== undefined ? [[before, short.dropout as number]] : [];
    }),
  );
}

/** Names of what a layer reads, where it says so. */
function readsOf(short: ShortLayer): readonly string[] | undefined {
  const several = short.add ?? short.concat;
  if (Array.isArray(several)) return several;
  return typeof short.from === 'string' ? [short.from] : undefined;
}

/**
 * The network that a list of layers states. It ends in one logit for two classes, or in one per class.
 *
 * @param input the shape of a sample
 * @param path leads to the list, for errors
 * @throws learn/layers, float/shape, network/window, network/shape
 */
export function plannedNetwork(
  title: string,
  input: readonly number[],
  stated: readonly ShortLayer[],
  classes: number,
  path = 'layers',
): Planned {
  const layers = plannedLayers(input, stated, path);
  const shape = layers.at(-1)?.output ?? input;
  const outputs = sizeOf({ shape });
  const head = outputs === 1 && classes === 2 ? 'binary' : 'argmax';
  if (head === 'argmax' && outputs !== classes) {
    const wanted = classes === 2 ? 'one logit, or two' : `${classes}, one per class`;
    throw problems.learnLayers(path, `${outputs} outputs`, wanted);
  }
  const network: FloatNetwork = {
    name: title,
    input: { shape: input },
    layers: layers.map(({ layer }) => layer),
    head,
  };
  checkFloatNetwork(network, path);
  return { network, dropout: shortDropout(stated) };
}

export interface PlannedLayer {
  /** Names its kind in the short form. */
  readonly key: string;
  readonly layer: FloatLayer;
  readonly output: Shape;
}

/**
 * Every layer of a list and the shape that it gives: for whoever has the weights elsewhere and needs to know the layers.
 *
 * @param form the kinds that there are, and what they have that do not state it
 * @throws learn/layers, float/shape, network/window, network/shape
 */
export function plannedLayers(
  input: readonly number[],
  stated: readonly ShortLayer[],
  path = 'layers',
  form = TRAINED,
): PlannedLayer[] {
  const shapes = new Map<string, Shape>([[INPUT, input]]);
  const names = shortNames(stated, form);
  let before: string = INPUT;
  return stated.flatMap((short, index) => {
    const where = `${path}[${index}]`;
    if (isDropout(short)) {
      fitShape(DROPOUT, short, where, problems.learnLayers);
      if (before === INPUT) throw problems.learnLayers(where, 'dropout', 'a layer before it');
      return [];
    }
    const kind = kindNamed(short, form);
    const name = names[index] as string;
    if (kind === undefined) throw noKind(short, where, form);
    if (shapes.has(name)) throw problems.learnLayers(`${where}.name`, name, 'a name that no other layer has');
    const members = fitShape(kind.members, short, where, problems.learnLayers);
    const from = readsOf(short);
    const inputs = (from ?? [before]).map((source) => {
      const shape = shapes.get(source);
      if (shape === undefined) throw noLayer(where, source, [...shapes.keys()]);
      return shape;
    });
    const layer = {
      name,
      ...kind.layer(members, inputs, { ...form, where }),
      ...(from && { from }),
    } as FloatLayer;
    const output = floatKindOf(layer).shape(layer, inputs, `${where} (${name})`);
    shapes.set(name, output);
    before = name;
    return [{ key: kind.key, layer, output }];
  });
}

const noLayer = (where: string, source: string, known: readonly string[]) =>
  problems.learnLayers(
    where,
    `the name ${source}`,
    `layers before it: ${known.join(', ')}`,
    nearest(source, known),
  );

function noKind(short: ShortLayer, where: string, form: ShortForm) {
  const keys = Object.keys(short);
  const other = keys.find((key) => Object.hasOwn(form.others, key));
  const likely = nearest(keys[0] ?? '', shortKeys(form));
  const hint = other === undefined ? undefined : form.others[other];
  return problems.learnLayers(where, keys.join(', ') || 'no members', kindsWanted(form), likely, hint);
}

/** An item of the list, as a configuration has it: what is wrong with it stands at its place there. */
const shortLayer = (form: ShortForm) =>
  z
    .record(z.string(), z.unknown(), 'a layer, such as {conv: 16}')
    .superRefine((layer, context) => {
      const members = membersOf(layer, form);
      if (members === undefined) return refuseKind(layer, context, form);
      for (const issue of members.safeParse(layer).error?.issues ?? []) {
        if (issue.code !== 'unrecognized_keys') {
          context.addIssue({ code: 'custom', path: issue.path, message: wantedBy(issue) });
          continue;
        }
        const allowed = Object.keys((members as z.ZodObject).shape);
        for (const key of issue.keys)
          context.addIssue({ code: 'custom', path: [key], params: { key, allowed } });
      }
    })
    .meta({
      anyOf: [...form.kinds.map(({ members }) => members), DROPOUT].map((members) => {
        const { $schema: _, ...schema } = z.toJSONSchema(members, { io: 'input', target: 'draft-7' });
        return schema;
      }),
    });

function refuseKind(layer: ShortLayer, context: z.RefinementCtx, form: ShortForm): void {
  const allowed = shortKeys(form);
  const key = Object.keys(layer).find((one) => !allowed.includes(one));
  if (key === undefined) context.addIssue({ code: 'custom', message: kindsWanted(form) });
  else {
    const hint = Object.hasOwn(form.others, key) ? form.others[key] : undefined;
    context.addIssue({ code: 'custom', path: [key], params: { key, allowed, hint } });
  }
}

/** The whole list in a configuration: names that are there, each once; whether the layers chain their shapes tell. */
export const shortLayers = (form: ShortForm) =>
  z
    .array(shortLayer(form), 'a list of layers, such as [{conv: 16}, {flatten: true}, {dense: 10}]')
    .min(1, 'a list of at least one layer')
    .max(256, 'a list of at most 256 layers')
    .superRefine((stated, context) => {
      const names = shortNames(stated, form);
      stated.forEach((short, index) => {
        const before = [INPUT, ...names.slice(0, index).filter((name) => name !== undefined)];
        const name = names[index];
        if (name !== undefined && before.includes(name))
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: 'a name that no other layer has',
          });
        if (isDropout(short) && before.length === 1)
          context.addIssue({ code: 'custom', path: [index], message: 'a layer before a dropout' });
        const unknown = readsOf(short)?.find((source) => !before.includes(source));
        if (unknown === undefined) return;
        const key = Array.isArray(short.add) ? 'add' : Array.isArray(short.concat) ? 'concat' : 'from';
        const likely = nearest(unknown, before);
        const message = `names of layers before it: ${list(before)}`;
        context.addIssue({ code: 'custom', path: [index, key], message, params: { likely } });
      });
    });

export const SHORT_LAYERS = shortLayers(TRAINED);
