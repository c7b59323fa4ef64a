import type { Evaluation } from '../../learn/metrics.js';
import { confusionChart } from '../charts/confusion.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, html } from '../html.js';
import type { Section } from '../page.js';
import { trainedNetworks } from '../summary.js';

/** Which classes are taken for which, by every network. */
export async function confusion(data: ReportData): Promise<Section> {
  const svgs: string[] = [];
  for (const { title, test } of networksOf(data)) {
    svgs.push(await drawSvg(confusionChart(title, test), `Confusion matrix: ${title}`));
  }
  return {
    id: 'confusion',
    title: 'Confusion matrices',
    body: html`${figures(svgs)}
<p class="soft">On the ${data.data.test} test rows.</p>`,
  };
}

function networksOf(data: ReportData): { title: string; test: Evaluation }[] {
  const { quantized, study } = data;
  // The networks of the run are among those of its study.
  if (study !== undefined) return study.variants.map(({ name, test }) => ({ title: name, test }));
  const titles = {
    float: 'trained',
    scratch: 'student alone',
    distilled: 'student, distilled',
    pruned: 'pruned',
  };
  return [
    ...trainedNetworks(data).map(({ name, network }) => ({ title: titles[name], test: network.test })),
    { title: 'fixed point', test: quantized.test },
  ];
}
