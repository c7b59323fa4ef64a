import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { readTfjsModel, writeTfjsModel } from '../../src/exchange/tfjs.js';
import type { DenseChain } from '../../src/float/chain.js';
import { chainOf } from '../support/chains.js';
import { type HostileCase, newSandbox, refuseAll } from '../support/hostile.js';
import { mutated } from '../support/mutated.js';

const sandbox = newSandbox('models');
const place = (name: string) => path.join(sandbox.folder, name);
let folders = 0;
/** Files in a folder of their own. */
const lay = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  folders += 1;
  for (const [name, content] of Object.entries(files)) sandbox.write(`${folders}/${name}`, content);
  return place(String(folders));
};
const latin1 = (text: string) => Buffer.from(text, 'latin1');

const NETWORK: DenseChain = chainOf({
  name: 'net',
  inputs: 2,
  layers: [
    {
      kind: 'dense',
      name: 'hidden',
      kernel: [
        [1, 2],
        [3, 4],
      ],
      bias: [5, 6],
      activation: 'relu',
    },
    { kind: 'dense', name: 'output', kernel: [[7], [8]], bias: [9], activation: 'linear' },
  ],
  head: 'binary',
});
const GOOD = writeTfjsModel(NETWORK);
const MODEL = GOOD.get('model.json') as string;
const BYTES = GOOD.get('weights.bin') as Uint8Array;

// biome-ignore lint/suspicious/noExplicitAny: a document of anybody's
type Json = any;
const edited = (edit: (model: Json) => void): string => {
  const model = JSON.parse(MODEL);
  edit(model);
  return JSON.stringify(model);
};
const layersOf = (model: Json): Json[] =>
  model.modelTopology.model_config.config.layers.filter((layer: Json) => layer.class_name !== 'InputLayer');
const groupOf = (model: Json): Json => model.weightsManifest[0];

const MODELS: readonly (readonly [
  name: string,
  model: string | Uint8Array,
  weights?: Uint8Array | undefined,
  code?: string,
])[] = [
  ['nothing', ''],
  ['no JSON', 'model'],
  ['half of it', MODEL.slice(0, MODEL.length / 2)],
  ['a list', '[]'],
  ['null', 'null'],
  ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  [
    'deep inputs',
    MODEL.replace('"Sequential"', '"Model"').replace(
      '"trainable"',
      `"inbound_nodes":${'['.repeat(5000)}${']'.repeat(5000)},"trainable"`,
    ),
  ],
  ['a member twice', MODEL.replace('{', '{"format":"layers-model",')],
  ['__proto__', MODEL.replace('{', '{"__proto__":{},')],
  ['Latin-1', latin1(MODEL.replaceAll('hidden', 'hiddén')), undefined, 'file/encoding'],
  [
    'a graph model',
    edited((model) => {
      model.format = 'graph-model';
    }),
  ],
  [
    'no topology',
    edited((model) => {
      model.modelTopology = null;
    }),
  ],
  [
    'no manifest',
    edited((model) => {
      model.weightsManifest = {};
    }),
  ],
  [
    'no layers',
    edited((model) => {
      model.modelTopology.model_config.config.layers = [];
    }),
  ],
  [
    'a convolution',
    edited((model) => {
      layersOf(model)[0].class_name = 'Conv2D';
    }),
    undefined,
    'exchange/import-attribute',
  ],
  [
    'a layer called constructor',
    edited((model) => {
      layersOf(model)[0].class_name = 'constructor';
    }),
    undefined,
    'exchange/import-layer',
  ],
  [
    'units that are none',
    edited((model) => {
      layersOf(model)[0].config.units = 0;
    }),
    undefined,
    'exchange/import-attribute',
  ],
  [
    'units of 1e15',
    edited((model) => {
      layersOf(model)[0].config.units = 1e15;
    }),
    undefined,
    'exchange/import-weights',
  ],
  [
    'units without a bias, 1e9',
    edited((model) => {
      Object.assign(layersOf(model)[1].config, { units: 1e9, use_bias: false });
    }),
    undefined,
    'exchange/import-weights',
  ],
  [
    'a text for units',
    edited((model) => {
      layersOf(model)[0].config.units = '2';
    }),
    undefined,
    'exchange/import-attribute',
  ],
  [
    'an activation that we lack',
    edited((model) => {
      layersOf(model)[0].config.activation = 'gauss';
    }),
    undefined,
    'exchange/import-attribute',
  ],
  [
    'a softmax of one',
    edited((model) => {
      layersOf(model)[1].config.activation = 'softmax';
    }),
    undefined,
    'exchange/import-attribute',
  ],
  [
    'another name of a layer',
    edited((model) => {
      layersOf(model)[0].config.name = 'first';
    }),
    undefined,
    'exchange/import-weights',
  ],
  [
    'two layers of one name',
    edited((model) => {
      layersOf(model)[1].config.name = 'hidden';
    }),
  ],
  [
    'float16',
    edited((model) => {
      groupOf(model).weights[0].dtype = 'float16';
    }),
  ],
  [
    'quantized weights',
    edited((model) => {
      groupOf(model).weights[0].quantization = { dtype: 'uint8' };
    }),
  ],
  [
    'a negative shape',
    edited((model) => {
      groupOf(model).weights[0].shape = [-1, 2];
    }),
  ],
  [
    'a shape of 1e9 x 1e9',
    edited((model) => {
      groupOf(model).weights[0].shape = [1e9, 1e9];
    }),
    undefined,
    'exchange/import-truncated',
  ],
  [
    'a shape of three',
    edited((model) => {
      groupOf(model).weights[0].shape = [2, 2, 1];
    }),
    undefined,
    'exchange/import-weights',
  ],
  [
    'a tensor twice',
    edited((model) => {
      groupOf(model).weights[2].name = 'hidden/kernel';
    }),
  ],
  [
    'one tensor less',
    edited((model) => {
      groupOf(model).weights.pop();
    }),
  ],
  [
    'weights of another folder',
    edited((model) => {
      groupOf(model).paths = ['../weights.bin'];
    }),
  ],
  [
    'weights of the system',
    edited((model) => {
      groupOf(model).paths = ['/etc/hostname'];
    }),
  ],
  [
    'NUL in a path',
    edited((model) => {
      groupOf(model).paths = ['weights.bin\0'];
    }),
  ],
  [
    'weights that are not there',
    edited((model) => {
      groupOf(model).paths = ['none.bin'];
    }),
    undefined,
    'file/unreadable',
  ],
  [
    'a folder for weights',
    edited((model) => {
      groupOf(model).paths = ['.'];
    }),
    undefined,
    'file/unreadable',
  ],
  ['too few bytes', MODEL, BYTES.slice(4), 'exchange/import-truncated'],
  ['too many bytes', MODEL, Buffer.concat([BYTES, Buffer.alloc(4)])],
  ['no bytes', MODEL, new Uint8Array(0), 'exchange/import-truncated'],
  ['NaN', MODEL, Buffer.concat([Buffer.alloc(4, 0xff), BYTES.subarray(4)]), 'exchange/import-not-finite'],
  [
    'infinity',
    MODEL,
    Buffer.concat([Buffer.from([0, 0, 0x80, 0x7f]), BYTES.subarray(4)]),
    'exchange/import-not-finite',
  ],
];

refuseAll(
  'models of TensorFlow.js are refused',
  MODELS.map(
    ([name, model, weights = BYTES, code = 'exchange/import-file']): HostileCase => ({
      name,
      code,
      where: /model\.json|weights\.bin|none\.bin|\d$/,
      act: () => readTfjsModel(path.join(lay({ 'model.json': model, 'weights.bin': weights }), 'model.json')),
    }),
  ),
);

describe('files with broken bytes are read or refused', () => {
  const at = (name: string) => path.join(place('broken'), name);
  const write = (name: string, content: string | Uint8Array) => sandbox.write(`broken/${name}`, content);

  const KINDS: readonly (readonly [
    name: string,
    good: string | Uint8Array,
    read: (bytes: Buffer) => unknown,
  ])[] = [
    [
      'model.json',
      MODEL,
      (bytes) => {
        write('weights.bin', BYTES);
        write('model.json', bytes);
        const { layers } = readTfjsModel(at('model.json'));
        expect(layers.every(({ bias }) => bias.every(Number.isFinite))).toBe(true);
      },
    ],
    [
      'weights.bin',
      BYTES,
      (bytes) => {
        write('model.json', MODEL);
        write('weights.bin', bytes);
        const { layers } = readTfjsModel(at('model.json'));
        expect(layers.flatMap(({ kernel }) => Array.from(kernel.values)).every(Number.isFinite)).toBe(true);
      },
    ],
  ];

  it.each(KINDS)('%s: 200 of a seed', (name, good, read) => {
    const random = new Random(11, name);
    for (let run = 0; run < 200; run++) {
      const bytes = mutated(Buffer.from(good), random);
      try {
        read(bytes);
      } catch (error) {
        expect(error, bytes.toString('latin1')).toBeInstanceOf(EspalierError);
      }
    }
    sandbox.expectNothingOutside();
  });
});
