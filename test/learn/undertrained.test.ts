import { describe, expect, it } from 'vitest';
import { evaluateLogits } from '../../src/learn/metrics.js';
import { undertrained } from '../../src/learn/undertrained.js';

/** Of 4 samples of class a and 2 of each other: each is given `certainty` more for the class at the same place. */
const judged = (certainty: number, places: readonly number[]) =>
  evaluateLogits(
    LABELS,
    places.map((place) => [0, 1, 2].map((unit) => (unit === place ? certainty : 0))),
    ['a', 'b', 'c'],
  );
const LABELS = [0, 0, 0, 0, 1, 1, 2, 2];

const warningOf = (got: string) => ({
  code: 'learn/undertrained',
  where: 'training',
  got,
  wanted: 'a network that has learnt more than how frequent the classes are',
  hint: 'more epochs or a larger learningRate train it longer; else its features may not tell the classes apart',
});

describe('a network that', () => {
  it('tells the classes apart is not warned of', () => {
    expect(undertrained('training', judged(3, LABELS))).toBeUndefined();
  });

  it('is right but hardly surer than guessing is warned of', () => {
    // ln 3 would be the loss of knowing nothing, 1.5 ln 2 = 1.040 that of knowing the frequencies.
    expect(undertrained('training', judged(0.2, LABELS))).toEqual(
      warningOf(
        'a loss of 0.970 on the training rows, where guessing has 1.040, and 100.0 % of them right, where always the ' +
          'largest class has 50.0 %',
      ),
    );
  });

  it('always answers with the largest class is warned of, however low its loss', () => {
    const evaluation = {
      ...judged(
        1,
        LABELS.map(() => 0),
      ),
      loss: 0.5,
    };
    expect(undertrained('training', evaluation)).toEqual(
      warningOf(
        'a loss of 0.500 on the training rows, where guessing has 1.040, and 50.0 % of them right, where always the ' +
          'largest class has 50.0 %',
      ),
    );
  });
});
