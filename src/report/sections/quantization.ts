import type { ReportData } from '../data.js';
import { html, table, whole } from '../html.js';
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
<code>ufixed</code> has no sign. Sums are exact: rounding happens once, after the activation.</p>`,
  };
}
