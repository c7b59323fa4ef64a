import { whole } from '../../core/number-text.js';
import { sweepChart } from '../charts/sweep.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html, probability, signed, table, withInterval } from '../html.js';
import type { Section } from '../page.js';
import type { DistillationSweep } from '../study-data.js';
import { variantOf } from '../verdict.js';

const ROLES = { base: 'teacher', distilled: 'student, distilled', scratch: 'student, from scratch' } as const;

/** Teacher, distilled student and the same student alone: how good each is, and what it costs. */
export async function distillation({ study }: ReportData): Promise<Section | undefined> {
  if (study === undefined) return undefined;
  const { temperature, alpha, fromFile } = study.distillation;
  const numeric = (title: string) => ({ title, numeric: true });
  const columns = [
    { title: 'network' },
    { title: 'shape' },
    numeric('accuracy, float [95 %]'),
    numeric('accuracy, fixed point [95 %]'),
    numeric('parameters not zero'),
    numeric('cycles'),
    numeric('ROM bits'),
    numeric('MCU flash'),
  ];
  const roles = Object.entries(ROLES).filter(([name]) => name !== 'base' || !fromFile);
  const rows = roles.map(([name, role]) => {
    const float = variantOf(study, name);
    const integer = variantOf(study, `${name}-ptq`);
    const cost = integer.cost as NonNullable<typeof integer.cost>;
    return [
      role,
      float.shape.join('-'),
      withInterval(float.accuracy),
      withInterval(integer.accuracy),
      whole(integer.nonZeros),
      whole(cost.serial[0].interval),
      whole(cost.serial[0].romBits),
      whole(cost.tables.flash),
    ];
  });
  const lanes = study.lanes[0];
  return {
    id: 'distillation',
    title: 'Distillation',
    body: html`${table(columns, rows)}
<p class="soft">Temperature ${temperature}, alpha ${alpha}. ${
      fromFile ? 'The teacher comes from a file.' : 'The base network is the teacher.'
    } The student from scratch starts from the same weights and sees the
samples in the same order: only the teacher differs. Fixed point: quantized after training. Cycles at ${lanes} ${
      lanes === 1 ? 'lane' : 'lanes'
    } per layer.</p>
${study.sweep === undefined ? undefined : await sweepOf(study.sweep)}`,
  };
}

/** What other temperatures and alphas give. */
async function sweepOf(sweep: DistillationSweep): Promise<Html> {
  const { points: swept, folds, repeats, samples, scratch } = sweep;
  const columns = [
    { title: 'temperature', numeric: true },
    { title: 'alpha', numeric: true },
    { title: 'accuracy [95 %]', numeric: true },
    { title: 'against scratch, points [95 %]', numeric: true },
    { title: 'p', numeric: true },
  ];
  const rows = swept.map(({ temperature, alpha, accuracy, gain }) => {
    const { mean, low, high } = gain.difference;
    return [
      String(temperature),
      String(alpha),
      withInterval(accuracy),
      `${signed(mean)} [${signed(low)}, ${signed(high)}]`,
      probability(gain.pValue),
    ];
  });
  const label =
    'Accuracy of the distilled student by temperature, for each alpha, beside the student from scratch';
  return html`<h3>Other temperatures and alphas</h3>
${figures([await drawSvg(sweepChart(sweep), label)])}
${table(columns, rows)}
<p class="soft">The distilled student, floating point, ${repeats} × ${folds} folds of the ${whole(samples)} training rows; from scratch it reaches ${withInterval(scratch)}, the dashed line.
The best of several looks better than it is: choose by it, but do not quote it.</p>`;
}
