import type { Random } from '../../src/core/random.js';
import type { Samples } from '../../src/learn/samples.js';

/** Clouds of points with four features, one cloud per class, classes taking turns. */
export function blobs(random: Random, count: number, classes: number): Samples {
  const centre = (label: number, feature: number) => ((label + 1) * (feature + 2)) % (classes + 1);
  const labels = Array.from({ length: count }, (_, sample) => sample % classes);
  return {
    features: labels.map((label) =>
      [0, 1, 2, 3].map((feature) => centre(label, feature) / classes + 0.15 * random.normal()),
    ),
    labels,
    classes: Array.from({ length: classes }, (_, label) => `class${label}`),
  };
}
