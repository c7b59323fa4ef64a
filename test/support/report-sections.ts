/** The sections of a run's report, in the order of the page. */
export const SECTIONS_OF_RUN: readonly string[] = [
  'results',
  'training',
  'confusion',
  'sparsity',
  'quantization',
  'hardware',
  'simulation',
  'data',
  'reproduce',
];

/** What `--study` puts before them. */
export const SECTIONS_OF_STUDY: readonly string[] = [
  'answer',
  'variants',
  'bits',
  'distillation',
  'microcontroller',
];

/** The sections of a page, in its order. */
export const sectionsOf = (page: string): string[] =>
  [...page.matchAll(/<section id="(\w+)">/g)].map(([, id]) => id);
