import { bitsChart } from '../charts/bits.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, html, points, table } from '../html.js';
import type { Section } from '../page.js';

const NAMES = { ptq: 'after training', qat: 'in training' };

/** What narrower numbers cost, quantized after training and in training. */
export async function bits({ study }: ReportData): Promise<Section | undefined> {
  if (study === undefined || study.bits.length === 0) return undefined;
  const widths = [...new Set(study.bits.map((point) => point.bits))].sort((a, b) => a - b);
  const kinds = [...new Set(study.bits.map(({ weights, numbers }) => `${weights}-${numbers}`))];
  const rows = kinds.map((kind) => {
    const own = study.bits.filter(({ weights, numbers }) => `${weights}-${numbers}` === kind);
    const cells = widths.map((width) => {
      const { accuracy } = own.find((point) => point.bits === width) as (typeof own)[number];
      return `${points(accuracy.mean)} ± ${points(accuracy.deviation)}`;
    });
    return [own[0].weights, NAMES[own[0].numbers], ...cells];
  });
  const columns = [
    { title: 'network' },
    { title: 'quantized' },
    ...widths.map((width) => ({ title: `${width} bits`, numeric: true })),
  ];
  const svg = await drawSvg(
    bitsChart(study.bits),
    'Accuracy against bits, base and pruned, quantized after and in training',
  );
  return {
    id: 'bits',
    title: 'Accuracy against bits',
    body: html`${figures([svg])}
${table(columns, rows)}
<p class="soft">Percent, mean ± standard deviation over ${study.repeats} seeds: each has its own folds and its own start of every training,
and its accuracy is the mean over ${study.folds} folds. One width for inputs, weights and activations; biases are exact.</p>`,
  };
}
