import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { OPERATORS } from '../../../src/exchange/importers/onnx/operators/index.js';
import { messageOf } from '../../support/messages.js';
import type { OnnxModel, OnnxNode } from '../../support/onnx.js';
import { LIST, random, tensor } from '../../support/onnx-cases/case.js';
import { CODE_CASES, X } from '../../support/onnx-cases/codes.js';
import { VALUE_CASES } from '../../support/onnx-cases/values.js';
import { DEFINITIONS, defined } from '../../support/onnx-definitions.js';
import { expectClose, expectCodes, expectValues, floatOutputs, written } from '../../support/onnx-runs.js';

/** Every operator of ONNX that is read, against its definition written out: values within 1e-5, codes exactly. */

/** What stands at the end, and is left out. */
const HEADS: Readonly<Record<string, { readonly units: number; readonly head: string }>> = {
  Softmax: { units: 4, head: 'argmax' },
  LogSoftmax: { units: 4, head: 'argmax' },
  ArgMax: { units: 4, head: 'argmax' },
  Sigmoid: { units: 1, head: 'binary' },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-onnx-operators-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('every operator that is read has a case here, and a definition', () => {
  const named = [VALUE_CASES, HEADS, CODE_CASES].flatMap((cases) => Object.keys(cases));
  expect([...new Set(named)].sort()).toEqual(Object.keys(OPERATORS).sort());
  expect(Object.keys(DEFINITIONS).sort()).toEqual(Object.keys(OPERATORS).sort());
});

describe.each(Object.entries(VALUE_CASES))('%s', (op, cases) => {
  it.each(cases)('$what', (model) => {
    expect(model.nodes.map((node) => node.op)).toContain(op);
    expectValues(folder, model, random);
  });
});

describe.each(Object.entries(HEADS))('%s at the end', (op, { units, head }) => {
  it(`is the head ${head}: it says of the network's outputs what the file says`, () => {
    const tensors = { w: tensor(6, units) };
    const last: OnnxNode = { op, inputs: ['v0'], attributes: { axis: -1 } };
    const model: OnnxModel = { input: LIST, tensors, nodes: [{ op: 'Gemm', inputs: ['x', 'w'] }, last] };
    const { network } = importNetwork(written(folder, model));
    expect(network.head).toBe(head);
    const x = { dims: LIST, values: tensor(...LIST).values };
    const outputs = { dims: [1, units], values: floatOutputs(network, x) };
    expectClose(DEFINITIONS[op]([outputs], last, 17).values, defined(model, x).values);
  });
});

describe('classes along another axis', () => {
  const wanted =
    'wanted the axis of the classes, all others beside the batch 1 long [exchange/import-attribute]';
  const net = (op: string, attributes: NonNullable<OnnxNode['attributes']>, opset = 17): OnnxModel => ({
    input: [1, 3, 2, 2],
    nodes: [
      { op: 'Relu', inputs: ['x'] },
      { op, inputs: ['v0'], attributes, name: 'end' },
    ],
    tensors: {},
    opset,
  });
  const messageFor = (model: OnnxModel) =>
    messageOf(() => importNetwork(written(folder, model))).replace(`${folder}/`, '');

  it.each(['Softmax', 'LogSoftmax', 'ArgMax'])('%s of each place of a map is refused', (op) => {
    expect(messageFor(net(op, { axis: 1 }))).toBe(
      `net.onnx, node end (${op}): got axis 1 of 1x3x2x2, ${wanted}`,
    );
  });

  it('the largest of all samples, which ArgMax gives where nobody says an axis, is refused', () => {
    expect(messageFor(net('ArgMax', {}))).toBe(
      `net.onnx, node end (ArgMax): got axis 0 of 1x3x2x2, ${wanted}`,
    );
  });

  it('a softmax before opset 13 takes all axes behind one as a list', () => {
    const { network } = importNetwork(written(folder, net('Softmax', {}, 11)));
    expect(network.head).toBe('argmax');
    expect(messageFor(net('Softmax', { axis: 2 }, 11))).toBe(
      `net.onnx, node end (Softmax): got axis 2 of 1x3x2x2, ${wanted}`,
    );
  });
});

describe.each(Object.entries(CODE_CASES))('%s', (op, cases) => {
  it.each(cases)('$what', (model) => {
    expect(model.nodes.map((node) => node.op)).toContain(op);
    // No feature lies at a tie.
    const isQuant = model.nodes[0].op === 'Quant';
    const [scale, low, high] = isQuant ? [1 / 64, -127, 126] : [Math.fround(X[0]), -X[1], 254 - X[1]];
    expectCodes(folder, model, () => scale * (random.integer(low, high) + 0.25), 20);
  });
});
