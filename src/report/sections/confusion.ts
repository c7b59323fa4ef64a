import { confusionChart } from '../charts/confusion.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, html } from '../html.js';
import type { Section } from '../page.js';

/** Which classes are taken for which, by every network. */
export async function confusion({ base, pruned, quantized }: ReportData): Promise<Section> {
  const networks = [
    { title: 'Trained', test: base.test },
    ...(pruned === undefined ? [] : [{ title: 'Pruned', test: pruned.test }]),
    { title: 'Fixed point', test: quantized.test },
  ];
  const svgs: string[] = [];
  for (const { title, test } of networks) {
    svgs.push(await drawSvg(confusionChart(title, test), `Confusion matrix: ${title.toLowerCase()}`));
  }
  return { id: 'confusion', title: 'Confusion matrices', body: html`${figures(svgs)}` };
}
