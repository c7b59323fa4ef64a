import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { GRAPH_OPERATORS } from '../../../src/exchange/importers/tfjs/graph/operators.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import {
  fusedWith,
  LIST,
  list,
  MAP,
  node,
  normal,
  one,
  positive,
  random,
  type Weights,
  WINDOW,
  whole,
} from '../../support/graph-cases/case.js';
import { GRAPH_CASES } from '../../support/graph-cases/cases.js';
import {
  flag,
  float,
  type Graph,
  type GraphNode,
  ints,
  runGraph,
  text,
  writeGraph,
} from '../../support/graph-models.js';
import { messageOf } from '../../support/messages.js';
import { expectClose } from '../../support/onnx-runs.js';

/** Every operator of graph models that is read, against TensorFlow.js itself: values within 1e-5. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-graph-models-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

/** What stands at the end, and is left out: it says of the network's outputs what TensorFlow.js says of the file. */
const softmaxOf = (values: readonly number[]) => {
  const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
  return values.map((value) => Math.exp(value) / total);
};

const HEADS: Readonly<Record<string, (outputs: readonly number[]) => readonly number[]>> = {
  Softmax: softmaxOf,
  LogSoftmax: (outputs) => softmaxOf(outputs).map(Math.log),
  ArgMax: (outputs) => [outputs.indexOf(Math.max(...outputs))],
};

it('every operator that is read has a case', () => {
  const all = [...Object.keys(GRAPH_CASES), ...Object.keys(HEADS)];
  expect(all.sort()).toEqual(Object.keys(GRAPH_OPERATORS).sort());
});

describe.each(Object.keys(HEADS))('%s at the end', (op) => {
  it('is the head', async () => {
    const inputs = op === 'ArgMax' ? ['dense', 'axis'] : ['dense'];
    const graph: Graph = {
      input: LIST,
      nodes: [node('dense', 'MatMul', ['x', 'w']), node('y', op, inputs)],
      weights: { w: normal(6, 4), axis: whole([], -1) },
    };
    const { network } = importNetwork(writeGraph(path.join(folder, String(made++)), graph));
    expect(network.head).toBe('argmax');
    for (let round = 0; round < 5; round++) {
      const x = normal(...graph.input).values;
      const outputs = Array.from(floatModel(network)(Float64Array.from(x)).at(-1)!);
      expectClose(HEADS[op](outputs), await runGraph(graph, x));
    }
  });
});

async function expectSame(graph: Graph, rounds = 2): Promise<void> {
  const file = writeGraph(path.join(folder, String(made++)), graph);
  const { network } = importNetwork(file);
  const runs = [network, foldNetwork(network).network].map((each) => floatModel(each));
  for (let round = 0; round < rounds; round++) {
    const x = normal(...graph.input).values;
    const wanted = await runGraph(graph, x);
    for (const run of runs) expectClose(Array.from(run(Float64Array.from(x)).at(-1)!), wanted);
  }
}

describe.each(Object.entries(GRAPH_CASES))('%s', (op, cases) => {
  it.each(cases)('$what', async ({ graph }) => {
    expect(graph.nodes.map((each) => each.op)).toContain(op);
    await expectSame(graph);
  });
});

/** Convolution, batch norm, pools, two branches and classes, its output named anew. */
const SMALL: Graph = {
  input: [1, 8, 8, 1],
  nodes: [
    node('conv', '_FusedConv2D', ['x', 'k', 'b'], fusedWith('BiasAdd', 'Relu')),
    node('pool', 'MaxPool', ['conv'], { ...WINDOW, ksize: ints(1, 2, 2, 1), strides: ints(1, 2, 2, 1) }),
    node('norm', 'FusedBatchNormV3', ['pool', 'gamma', 'beta', 'mean', 'variance'], {
      epsilon: float(0.001),
    }),
    node('act', 'Relu', ['norm']),
    node('mean_of_all', 'Mean', ['act', 'axes'], { keep_dims: flag(false) }),
    node('dense', 'MatMul', ['mean_of_all', 'w']),
    node('logits', 'BiasAdd', ['dense', 'c']),
    node('softmax', 'Softmax', ['logits']),
    node('Identity', 'Identity', ['softmax']),
  ],
  weights: {
    k: normal(3, 3, 1, 4),
    b: normal(4),
    gamma: normal(4),
    beta: normal(4),
    mean: normal(4),
    variance: positive(4),
    axes: list(1, 2),
    w: normal(4, 3),
    c: normal(3),
  },
};

it('what a softmax at the end says is the head', async () => {
  const { network, notes } = importNetwork(writeGraph(path.join(folder, 'small'), SMALL));
  expect(network.head).toBe('argmax');
  expect(network.input.shape).toEqual([8, 8, 1]);
  expect(notes.filter(({ what }) => what === 'dropped')).toEqual([
    { from: 'softmax (Softmax)', what: 'dropped', into: 'the class is the same without it (head argmax)' },
  ]);
  const x = normal(...SMALL.input).values;
  const logits = Array.from(floatModel(network)(Float64Array.from(x)).at(-1)!, Math.exp);
  const total = logits.reduce((sum, value) => sum + value, 0);
  expectClose(
    logits.map((value) => value / total),
    await runGraph(SMALL, x),
  );
});

it.each([
  ['uint8', 255],
  ['uint16', 65535],
] as const)('weights quantized to %s are those that TensorFlow.js computes with', async (dtype, most) => {
  const quantization = { dtype, scale: 0.013, min: -1.7 };
  const values = Array.from({ length: 24 }, () => random.integer(0, most === 255 ? 255 : 300));
  const weights = { w: { shape: [6, 4], values, quantization } };
  await expectSame({ input: LIST, nodes: [node('y', 'MatMul', ['x', 'w'])], weights });
});

describe('what is refused', () => {
  const messageFor = (graph: Graph, change: (json: string) => string = (json) => json) => {
    const inner = path.join(folder, String(made++));
    const file = writeGraph(inner, graph);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return messageOf(() => importNetwork(file)).replaceAll(inner + path.sep, '');
  };
  const single = (
    op: string,
    weights: Weights = {},
    attr: GraphNode['attr'] = {},
    input: readonly number[] = MAP,
  ) => one('', op, input, weights, attr).graph;

  it.each<[string, Graph, string]>([
    [
      'channels first',
      single('Conv2D', { k: normal(2, 2, 3, 2) }, { ...WINDOW, data_format: text('NCHW') }),
      'model.json, node y (Conv2D): got data_format NCHW, wanted NHWC, channels last [exchange/import-attribute]',
    ],
    [
      'a kernel of the wrong depth',
      single('DepthwiseConv2dNative', { k: normal(2, 2, 2, 1) }, WINDOW),
      'model.json, node y (DepthwiseConv2dNative): got a kernel of 2x2x2x1, wanted one for 3 channels ' +
        '[exchange/import-attribute]',
    ],
    [
      'a fused batch norm',
      single('_FusedConv2D', { k: normal(2, 2, 3, 2), b: normal(2) }, fusedWith('BiasAdd', 'FusedBatchNorm')),
      'model.json, node y (_FusedConv2D): got fused_ops FusedBatchNorm, wanted BiasAdd and one of Relu, Relu6, ' +
        'LeakyRelu, Elu, Selu, Sigmoid, Tanh [exchange/import-attribute]',
    ],
    [
      'the mean of some axes',
      single('Mean', { axes: list(1) }),
      'model.json, node y (Mean): got axes [1] of 4, wanted all but the batch and the channels ' +
        '[exchange/import-attribute]',
    ],
    [
      'the largest of all samples',
      { input: LIST, nodes: [node('y', 'ArgMax', ['x', 'axis'])], weights: { axis: whole([], 0) } },
      'model.json, node y (ArgMax): got axis 0, wanted that of the classes, 1 [exchange/import-attribute]',
    ],
    [
      'padding with a number',
      single('PadV2', { p: whole([4, 2], 0, 0, 1, 0, 2, 1, 0, 0), v: { shape: [], values: [1] } }),
      'model.json, node y (PadV2): got padding with 1, wanted padding with 0 [exchange/import-attribute]',
    ],
    [
      'a softmax inside',
      {
        input: LIST,
        nodes: [node('s', 'Softmax', ['x']), node('y', 'Relu', ['s'])],
        weights: {},
      },
      'model.json, node s (Softmax): got inside of the network, wanted at its end, where the class is the same ' +
        'without it [exchange/import-attribute]',
    ],
    [
      'a cycle',
      { input: LIST, nodes: [node('a', 'Relu', ['y']), node('y', 'AddV2', ['x', 'a'])], weights: {} },
      'model.json, node a: got a cycle through y, wanted none [exchange/import-file]',
    ],
    [
      'a tensor that nothing gives',
      { input: LIST, nodes: [node('y', 'Relu', ['z'])], weights: {} },
      'model.json: got the tensor "z", wanted what a node of the graph gives [exchange/import-file]',
    ],
    [
      'another output of a node',
      { input: MAP, nodes: [node('a', 'Relu', ['x']), node('y', 'Relu', ['a:1'])], weights: {} },
      'model.json, node y (Relu): got the tensor a:1, wanted the first output of a node [exchange/import-attribute]',
    ],
  ])('%s', (_, graph, message) => {
    expect(messageFor(graph)).toBe(message);
  });

  it('an operator that is not known', () => {
    expect(messageFor(single('Einsum'))).toBe(
      `model.json, node y (Einsum): got the operator Einsum, wanted one of ${Object.keys(GRAPH_OPERATORS).join(', ')} ` +
        '(export the model with these, or cut it before the operator) [exchange/import-operator]',
    );
  });

  it('a constant without its weights', () => {
    const other = (json: string) => json.replace('"name":"b","shape"', '"name":"c","shape"');
    expect(messageFor(single('BiasAdd', { b: normal(3) }), other)).toBe(
      'model.json, node b (Const): got no weights, wanted a tensor in the manifest [exchange/import-weights]',
    );
  });

  it('a shape that is open', () => {
    const open = (json: string) => json.replaceAll('{"size":"5"}', '{"size":"-1"}');
    expect(messageFor(single('Relu'), open)).toContain('got a shape of ? x ? x 4 x 3');
  });
});
