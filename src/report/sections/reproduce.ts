import type { ReportData } from '../data.js';
import { html, table } from '../html.js';
import type { Section } from '../page.js';

/** What to type for the same numbers, and how to see that they are the same. */
export async function reproduce({ model, seed, sources, manifest, base }: ReportData): Promise<Section> {
  const rows = Object.entries(sources).map(([name, hash]) => [name, html`<span class="hash">${hash}</span>`]);
  return {
    id: 'reproduce',
    title: 'How to reproduce it',
    body: html`<pre>npm ci
npm run setup
npm run build
npx espalier run models/${model} --seed ${seed} --force</pre>
<p class="soft">Espalier ${manifest.generator.version}; trained on the ${base.backend} backend of TensorFlow.js. The same
machine gives the same bytes; another one may round the training differently, and from the integer network on everything is
the same everywhere.</p>
${table([{ title: 'file' }, { title: 'SHA-256' }], rows)}`,
  };
}
