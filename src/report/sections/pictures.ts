import { percent } from '../../core/number-text.js';
import { printShape } from '../../network/tensor.js';
import type { ReportData } from '../data.js';
import { Html, html, table } from '../html.js';
import type { Section } from '../page.js';
import type { ConfusedPicture, DrawnMap, PicturesReport } from '../pictures-data.js';
import { sheetOf } from '../png.js';

/** A map is enlarged to about so many pixels of the page. */
const SHOWN = 64;
const COLUMNS = 16;

/** What the network sees, what it takes for something else, and what its layers make of a picture. */
export async function pictures({ pictures }: ReportData): Promise<Section | undefined> {
  if (pictures === undefined) return undefined;
  const { samples, confused, kernels, features } = pictures;
  return {
    id: 'pictures',
    title: 'Pictures',
    body: html`<h3>Test pictures of each class</h3>
${table(
  [{ title: 'class' }, { title: 'pictures' }],
  samples.map((one) => [one.name, image(one.pictures, `test pictures: ${one.name}`)]),
)}
<h3>Taken for something else</h3>
${confused.length === 0 ? html`<p>None of the test pictures that were looked at.</p>` : mistakes(confused)}
${kernels === undefined ? undefined : kernelSheets(kernels)}
${featureSheets(features)}`,
  };
}

function mistakes(confused: readonly ConfusedPicture[]): Html {
  const rows = confused.map(({ picture, name, answers }) => [
    image([picture], `a ${name}`),
    name,
    answers.map((answer) => `${answer.name} ${percent(answer.probability)}`).join(', '),
  ]);
  return html`${table([{ title: 'picture' }, { title: 'is' }, { title: 'the integers say' }], rows)}
<p class="soft">The surest mistakes first. Probabilities are the softmax of the output codes’ values.</p>`;
}

function kernelSheets({ layer, float, integer }: NonNullable<PicturesReport['kernels']>): Html {
  return html`<h3>Kernels of ${layer}</h3>
${table(
  [{ title: 'numbers' }, { title: 'a map for each channel' }],
  [
    ['floating point', image(float, `kernels of ${layer}, floating point`)],
    ['integers', image(integer, `kernels of ${layer}, integers`)],
  ],
)}
<p class="soft">The middle grey is 0, lighter is positive; the largest weight is white or black.</p>`;
}

function featureSheets({ name, picture, layers }: PicturesReport['features']): Html {
  const rows = layers.map(({ layer, shape, float, integer }) => [
    layer,
    printShape(shape),
    image(float, `${layer}, floating point`),
    image(integer, `${layer}, integers`),
  ]);
  const columns = ['layer', 'shape', 'floating point', 'integers'].map((title) => ({ title }));
  return html`<h3>What the layers make of a picture</h3>
<p>${image([picture], `a ${name}`)}</p>
${table(columns, rows)}
<p class="soft">A test picture, class ${name}; channel by channel, from each layer’s smallest value in black to its largest in white.</p>`;
}

function image(maps: readonly DrawnMap[], label: string): Html {
  const { width, height, address } = sheetOf(maps, COLUMNS);
  const factor = Math.max(1, Math.floor(SHOWN / maps[0].width));
  const size = html`width="${width * factor}" height="${height * factor}"`;
  return html`<img class="map" ${size} alt="${label}" src="${new Html(address)}">`;
}
