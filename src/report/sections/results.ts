import { percent, whole } from '../../core/number-text.js';
import type { ReportData } from '../data.js';
import { html, table } from '../html.js';
import type { Section } from '../page.js';
import { summarize, trainedNetworks } from '../summary.js';

const NAMES = {
  float: 'trained, floating point',
  scratch: 'student without a teacher, floating point',
  distilled: 'distilled student, floating point',
  pruned: 'pruned, floating point',
  'fixed-point': 'fixed point, in hardware',
};

/** Both students begin with the same weights and see the same batches. */
const compared = ({ temperature, alpha, isOwnTeacher }: NonNullable<ReportData['distilled']>) =>
  ` The student learns from ${isOwnTeacher ? 'the trained network' : 'a teacher from a file'} at temperature ${temperature}, alpha ${alpha}; without a teacher it starts
from the same weights and sees the same batches: only the teacher differs.`;

/** What each step from training to hardware costs and saves. */
export async function results(data: ReportData): Promise<Section> {
  const { networks, rows } = summarize(data);
  const columns = [
    { title: 'network' },
    { title: 'epochs', numeric: true },
    { title: 'accuracy', numeric: true },
    { title: 'sensitivity', numeric: true },
    { title: 'specificity', numeric: true },
    { title: 'ROC AUC', numeric: true },
    { title: 'parameters', numeric: true },
    { title: 'not zero', numeric: true },
  ];
  const evaluations = [...trainedNetworks(data).map(({ network }) => network.test), data.quantized.test];
  const body = networks.map(({ name, accuracy, rocAuc, parameters, nonZeros, epochs }, index) => {
    const { classes } = evaluations[index];
    const last = classes[classes.length - 1];
    return [
      NAMES[name],
      epochs === null ? '' : whole(epochs),
      percent(accuracy),
      percent(last.recall),
      percent(last.specificity),
      rocAuc === null ? '' : rocAuc.toFixed(4),
      whole(parameters),
      whole(nonZeros),
    ];
  });
  const last = data.base.test.classes.at(-1)?.name ?? '';
  const { distilled } = data;
  return {
    id: 'results',
    title: 'Results',
    body: html`${table(columns, body)}
<p class="soft">On the ${rows.test} test rows, which no step has seen; one row is ${percent(1 / rows.test)}. Sensitivity
and specificity are those of class ${last}.${distilled === undefined ? '' : compared(distilled)}</p>`,
  };
}
