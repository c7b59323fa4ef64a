import { type TrainingCurve, trainingChart } from '../charts/training.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html } from '../html.js';
import type { Section } from '../page.js';
import type { StudyReport } from '../study.js';
import { variantOf } from '../verdict.js';

/** Loss, accuracy and what is left of the weights, epoch by epoch. */
export async function training({ base, distilled, pruned, quantized, study }: ReportData): Promise<Section> {
  const curves: TrainingCurve[] = [
    { name: 'base', history: base.history },
    ...(distilled === undefined
      ? []
      : [
          { name: 'student alone', history: distilled.scratch.history, start: 0 },
          { name: 'student, distilled', history: distilled.student.history, start: 0 },
        ]),
    ...(pruned === undefined ? [] : [{ name: 'pruned', history: pruned.history }]),
    ...(quantized.history === undefined ? [] : [{ name: 'in fixed point', history: quantized.history }]),
  ];
  const dips =
    'Pruning goes on from the base weights; its masks are made anew as it goes, and each time costs some loss for a while.';
  return {
    id: 'training',
    title: 'Training',
    body: html`${study === undefined ? await charts(curves, 'the run') : await studied(study)}
<p class="soft">Measured at the end of each epoch without dropout. ${
      pruned === undefined && study === undefined ? '' : dips
    }</p>`,
  };
}

/** Loss and accuracy; and what is not zero, where pruning changes it. */
async function charts(curves: readonly TrainingCurve[], of: string): Promise<Html> {
  const isPruned = curves.some(({ name }) => name === 'pruned');
  return figures([
    await drawSvg(trainingChart(curves, 'loss'), `Loss by epoch: ${of}`),
    await drawSvg(trainingChart(curves, 'accuracy'), `Accuracy by epoch: ${of}`),
    ...(isPruned
      ? [await drawSvg(trainingChart(curves, 'nonZeros'), `Parameters that are not zero by epoch: ${of}`)]
      : []),
  ]);
}

/** Every network of the study; one trained in its formats goes on from its float network. */
async function studied(study: StudyReport): Promise<Html> {
  const epochs = (name: string) => variantOf(study, name).history.length;
  const curve = (name: string, start: number): TrainingCurve => ({
    name,
    start,
    history: variantOf(study, name).history,
  });
  const base = epochs('base');
  const large = [
    curve('base', 0),
    curve('base-qat', base),
    curve('pruned', base),
    curve('pruned-qat', base + epochs('pruned')),
  ];
  const student = ['distilled', 'scratch'].flatMap((name) => [
    curve(name, 0),
    curve(`${name}-qat`, epochs(name)),
  ]);
  return html`<h3>Base and pruned network</h3>
${await charts(large, 'base and pruned network')}
<h3>The student, distilled and from scratch</h3>
${await charts(student, 'distilled and from scratch')}`;
}
