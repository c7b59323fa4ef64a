// Draws the pictures of the README from the products of `npm start`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomic } from '../dist/core/files.js';
import { kernelChart } from '../dist/report/charts/kernel.js';
import { trainingChart } from '../dist/report/charts/training.js';
import { drawSvg } from '../dist/report/draw.js';

const root = path.join(import.meta.dirname, '..');
const read = (...names) => JSON.parse(readFileSync(path.join(root, 'build', 'wdbc', ...names), 'utf8'));

const { featureNames } = read('data', 'data.json');
const base = read('train', 'trained.json');
const pruned = read('prune', 'trained.json');
const network = read('quantize', 'network.json');

const curves = [
  { name: 'base', history: base.history },
  { name: 'pruned', history: pruned.history },
];
const unlabelled = (chart) => ({
  ...chart,
  encoding: { ...chart.encoding, y: { ...chart.encoding.y, axis: null } },
});
const picture = {
  hconcat: [
    kernelChart('480 trained weights', base.network.layers[0].kernel, featureNames),
    unlabelled(kernelChart('what is left in hardware', network.layers[0].kernel.codes, featureNames)),
    { vconcat: ['loss', 'accuracy'].map((measure) => trainingChart(curves, measure)) },
  ],
  spacing: 28,
  resolve: { scale: { color: 'independent', fillOpacity: 'independent' } },
};
const svg = await drawSvg(
  picture,
  'Weights of the hidden layer before and after pruning, and training curves',
);
// In a page of somebody else's the picture picks its own text colour.
const ink = '<style>svg{color:#1b1f24}@media(prefers-color-scheme:dark){svg{color:#e6eaee}}</style>';
writeFileAtomic(
  path.join(root, 'docs', 'wdbc.svg'),
  `${svg.replace(/^<svg [^>]*>/, (head) => `${head}${ink}`)}\n`,
);
