import { describe, expect, it } from 'vitest';
import { evaluateLogits, meanCrossEntropy, rocAuc } from '../../src/learn/metrics.js';
import { sizeOf } from '../../src/learn/size.js';
import { chainOf } from '../support/chains.js';

// The expected numbers of both evaluations are scikit-learn 1.2.1's.

describe('an evaluation of two classes', () => {
  const labels = [0, 0, 1, 1, 1, 0, 1, 0];
  const logits = [-2, 0.5, 0.5, 3, -1, -0.25, 0.75, 0.5].map((logit) => [logit]);
  const evaluation = evaluateLogits(labels, logits, ['B', 'M']);

  it('counts', () => {
    expect(evaluation.samples).toBe(8);
    expect(evaluation.confusion).toEqual([
      [2, 2],
      [1, 3],
    ]);
    expect(evaluation.accuracy).toBe(0.625);
  });

  it('measures each class', () => {
    const [benign, malignant] = evaluation.classes;
    expect(malignant).toMatchObject({
      name: 'M',
      support: 4,
      precision: 0.6,
      recall: 0.75,
      specificity: 0.5,
    });
    expect(malignant.f1).toBeCloseTo(2 / 3, 12);
    expect(benign).toMatchObject({ name: 'B', support: 4, recall: 0.5, specificity: 0.75 });
    expect(benign.precision).toBeCloseTo(2 / 3, 12);
    expect(benign.f1).toBeCloseTo(4 / 7, 12);
  });

  it('gives the loss and the area under the ROC curve, ties counting half', () => {
    expect(evaluation.loss).toBeCloseTo(0.6092273035836252, 10);
    expect(evaluation.rocAuc).toBe(0.75);
  });
});

describe('an evaluation of three classes', () => {
  const labels = [0, 1, 2, 2, 1, 0, 2];
  const logits = [
    [2, 1, 0],
    [0, 1, 1],
    [0, 0, 3],
    [1, 2, 0],
    [0.5, 1.5, 1],
    [0, 1, 2],
    [-1, 0, 1],
  ];
  const evaluation = evaluateLogits(labels, logits, ['a', 'b', 'c']);

  it('counts, the first of equal logits winning', () => {
    expect(evaluation.confusion).toEqual([
      [1, 0, 1],
      [0, 2, 0],
      [0, 1, 2],
    ]);
    expect(evaluation.accuracy).toBeCloseTo(5 / 7, 12);
  });

  it('measures each class, the loss and the mean area', () => {
    const [a, b, c] = evaluation.classes;
    expect([a.precision, a.recall, a.specificity]).toEqual([1, 0.5, 1]);
    expect([b.precision, b.recall, b.specificity]).toEqual([2 / 3, 1, 0.8]);
    expect([c.precision, c.recall, c.specificity]).toEqual([2 / 3, 2 / 3, 0.75]);
    expect(evaluation.loss).toBeCloseTo(1.0382301841283526, 10);
    expect(evaluation.rocAuc).toBeCloseTo(0.6472222222222221, 12);
  });
});

describe('the corners', () => {
  it('has no area where all samples are of one class', () => {
    expect(rocAuc([true, true], [1, 2])).toBeNull();
    expect(evaluateLogits([0, 0], [[1], [2]], ['B', 'M']).rocAuc).toBeNull();
  });

  it('has half the area where all scores are equal', () => {
    expect(rocAuc([true, false, false], [0, 0, 0])).toBe(0.5);
  });

  it('takes a share of nothing as 0', () => {
    const { classes } = evaluateLogits([0, 0], [[-1], [-2]], ['B', 'M']);
    expect(classes[1]).toEqual({ name: 'M', support: 0, precision: 0, recall: 0, specificity: 1, f1: 0 });
  });

  it('keeps the loss finite at any logit', () => {
    expect(meanCrossEntropy([1], [[-1e6]])).toBe(1e6);
    expect(meanCrossEntropy([1], [[1e6, 0]])).toBe(1e6);
  });
});

describe('the size of a network', () => {
  it('counts parameters and non-zeros per layer', () => {
    const size = sizeOf(
      chainOf({
        name: 'net',
        inputs: 2,
        head: 'binary',
        layers: [
          {
            kind: 'dense',
            name: 'hidden',
            kernel: [
              [1, 0],
              [-0, 2],
            ],
            bias: [0, 1],
            activation: 'relu',
          },
          { kind: 'dense', name: 'output', kernel: [[3], [0]], bias: [1], activation: 'linear' },
        ],
      }),
    );
    expect(size).toEqual({
      layers: [
        { name: 'hidden', weights: 4, nonZeroWeights: 2, biases: 2, nonZeroBiases: 1 },
        { name: 'output', weights: 2, nonZeroWeights: 1, biases: 1, nonZeroBiases: 1 },
      ],
      parameters: 9,
      nonZeros: 5,
      weights: 6,
      nonZeroWeights: 3,
      macs: 6,
      nonZeroMacs: 3,
    });
  });
});
