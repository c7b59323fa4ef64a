import { type TrainingCurve, trainingChart } from '../charts/training.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html } from '../html.js';
import type { Section } from '../page.js';
import type { StudyReport } from '../study.js';
import { variantOf } from '../verdict.js';

/** Loss, accuracy and what is left of the weights, epoch by epoch. */
export async function training({ base, distilled, pruned, quantized, study }: ReportData): Promise<Section> {
  const later: TrainingCurve[] = [
    ...(pruned === undefined ? [] : [{ name: 'pruned', history: pruned.history }]),
    ...(quantized.history === undefined ? [] : [{ name: 'in fixed point', history: quantized.history }]),
  ];
  const ran = async () => {
    if (distilled === undefined) {
      return charts([{ name: 'base', history: base.history }, ...later], 'the run');
    }
    const { student, scratch, isOwnTeacher } = distilled;
    const compared = [
      { name: isOwnTeacher ? 'teacher' : 'base', history: base.history, start: 0 },
      { name: DISTILLED, history: student.history, start: 0 },
      { name: 'student from scratch', history: scratch.history, start: 0 },
    ];
    if (later.length === 0) return charts(compared, COMPARED);
    return html`<h3>Teacher and students</h3>
${await charts(compared, COMPARED)}
<h3>What became of the student</h3>
${await charts([{ name: DISTILLED, history: student.history }, ...later], 'the student that is deployed')}`;
  };
  const from = study === undefined && distilled !== undefined ? 'distilled student’s' : 'base';
  const dips = `Pruning goes on from the ${from} weights; its masks are made anew as it goes, and each time costs some loss for a while.`;
  return {
    id: 'training',
    title: 'Training',
    body: html`${study === undefined ? await ran() : await studied(study)}
<p class="soft">Measured at the end of each epoch without dropout. ${
      pruned === undefined && study === undefined ? '' : dips
    }</p>`,
  };
}

const DISTILLED = 'student, distilled';
const COMPARED = 'teacher, distilled student, the same student from scratch';

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
  const teacher = study.distillation.fromFile ? [] : [{ ...curve('base', 0), name: 'teacher' }];
  return html`<h3>Base and pruned network</h3>
${await charts(large, 'base and pruned network')}
<h3>Teacher and student, distilled and from scratch</h3>
${await charts([...teacher, ...student], COMPARED)}`;
}
