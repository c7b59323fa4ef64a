import { percent, whole } from '../../core/number-text.js';
import { codesChart } from '../charts/codes.js';
import { errorsChart } from '../charts/errors.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html, table } from '../html.js';
import type { Section } from '../page.js';

/** Every tensor's format, where it comes from and what rounding did. */
export async function quantization({ quantized }: ReportData): Promise<Section> {
  const columns = [
    { title: 'layer' },
    { title: 'tensor' },
    { title: 'format' },
    { title: 'chosen by' },
    { title: 'largest error', numeric: true },
    { title: 'saturated', numeric: true },
    { title: 'became zero', numeric: true },
  ];
  const rows = quantized.tensors.map(({ layer, tensor, format, from, maxError, saturated, vanished }) => [
    layer,
    tensor,
    html`<code>${typeof format === 'string' ? format : [...new Set(format)].join(', ')}</code>`,
    from,
    maxError === undefined ? '' : maxError.toExponential(1),
    saturated === undefined ? '' : whole(saturated),
    vanished === undefined ? '' : whole(vanished),
  ]);
  return {
    id: 'quantization',
    title: 'Quantization',
    body: html`${table(columns, rows)}
<p class="soft"><code>fixed&lt;W,I&gt;</code>: W bits, I of them integer bits, the sign included;
<code>ufixed</code> has no sign. Sums are exact: rounding happens once, after the activation.</p>
${quantized.errors.length === 0 ? undefined : await errors(quantized)}
<h3>Codes</h3>
${await codes(quantized)}`,
  };
}

async function errors({ errors, rows: samples }: ReportData['quantized']): Promise<Html> {
  const numeric = (title: string) => ({ title, numeric: true });
  const columns = [
    { title: 'layer' },
    numeric('bound'),
    numeric('largest seen'),
    numeric('mean'),
    numeric('of the bound'),
    numeric('samples saturated'),
    numeric('largest with them'),
  ];
  const rows = errors.map(({ layer, bound, largest, mean, saturated, largestOfAll }) => [
    layer,
    bound.toExponential(2),
    largest.toExponential(2),
    mean.toExponential(2),
    bound === 0 ? '' : percent(largest / bound),
    whole(saturated),
    largestOfAll.toExponential(2),
  ]);
  const svg = await drawSvg(
    errorsChart(errors),
    'Quantization error of each layer: mean, largest, and the bound',
  );
  return html`<h3>Error against its bound</h3>
${figures([svg])}
${table(columns, rows)}
<p class="soft">|fixed point − float| of each layer’s values on ${samples} test rows, beside the largest that rounding can cause: the bound
follows from the formats and the weights alone, by interval arithmetic, and holds as long as nothing saturates. Rows in which
a value lay outside its format, in this layer or before, are counted apart.</p>`;
}

async function codes({ codes, rows }: ReportData['quantized']): Promise<Html> {
  const drawn = codes.filter(({ bins }) => bins.length > 0);
  const svgs: string[] = [];
  for (const one of drawn) {
    svgs.push(await drawSvg(codesChart(one), `Histogram of codes: ${one.layer} ${one.tensor}`));
  }
  const zeros = codes.map(({ layer, tensor, zeros, total }) => {
    const name = tensor === 'input' ? 'input' : `${layer} ${tensor}`;
    return `${name} ${whole(zeros)} of ${whole(total)} (${percent(zeros / total)})`;
  });
  return html`${figures(svgs)}
<p class="soft">Inputs and outputs on ${rows} test rows. Zeros are not drawn: ${zeros.join('; ')}.</p>`;
}
