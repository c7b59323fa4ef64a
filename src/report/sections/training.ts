import { type Curve, trainingChart } from '../charts/training.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, html } from '../html.js';
import type { Section } from '../page.js';

/** Loss, accuracy and what is left of the weights, epoch by epoch. */
export async function training({ base, pruned }: ReportData): Promise<Section> {
  const curves: Curve[] = [
    { name: 'base', history: base.history },
    ...(pruned === undefined ? [] : [{ name: 'pruned' as const, history: pruned.history }]),
  ];
  const svgs = [
    await drawSvg(trainingChart(curves, 'loss'), 'Loss by epoch'),
    await drawSvg(trainingChart(curves, 'accuracy'), 'Accuracy by epoch'),
    await drawSvg(trainingChart(curves, 'nonZeros'), 'Parameters that are not zero by epoch'),
  ];
  return {
    id: 'training',
    title: 'Training',
    body: html`${figures(svgs)}
<p class="soft">Measured at the end of each epoch without dropout. ${
      pruned === undefined
        ? ''
        : 'Pruning goes on from the base weights; its masks are made anew as it goes, and each time costs some loss for a while.'
    }</p>`,
  };
}
