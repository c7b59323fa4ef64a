import type { ReportData } from '../data.js';
import { html, table } from '../html.js';
import type { Section } from '../page.js';

/** What to type for the same numbers, and how to see that they are the same. */
export async function reproduce({
  place,
  seed,
  sources,
  manifest,
  base,
  quantized,
  simulation,
  study,
}: ReportData): Promise<Section> {
  const folds =
    study === undefined ? '' : ` --cv ${study.folds} --repeats ${study.repeats} --seed ${study.seed}`;
  const more =
    study === undefined
      ? ''
      : `\nnpx espalier evaluate ${place}${folds} --variants ${study.variants.map(({ name }) => name).join(',')}`;
  const rows = Object.entries(sources).map(([name, hash]) => [name, html`<span class="hash">${hash}</span>`]);
  const facts = [
    ['Espalier', manifest.generator.version],
    ['training', `${base.backend} backend of TensorFlow.js, seed ${seed}`],
    ['simulation', `${simulation.engine.version}, seed ${simulation.seed}`],
    ...Object.entries(quantized.network.provenance).map(([name, hash]) => [
      `product: ${name}`,
      html`<span class="hash">${hash}</span>`,
    ]),
  ];
  return {
    id: 'reproduce',
    title: 'How to reproduce it',
    body: html`<pre>npm ci
npm run setup
npm run build
npx espalier run ${place} --seed ${seed}${study === undefined ? '' : ' --study'} --force${more}</pre>
<p class="soft">The same
machine gives the same bytes; another one may round the training differently, and from the integer network on everything is
the same everywhere.</p>
${table([{ title: 'what' }, { title: 'with' }], facts)}
${table([{ title: 'file' }, { title: 'SHA-256' }], rows)}`,
  };
}
