import type { ReportData } from '../data.js';
import { html, percent, points, table, whole } from '../html.js';
import type { Section } from '../page.js';
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
    const accuracy = ({ mean, low, high }: typeof float.accuracy) =>
      `${percent(mean)} [${points(low)}, ${points(Math.min(high, 1))}]`;
    return [
      role,
      float.shape.join('-'),
      accuracy(float.accuracy),
      accuracy(integer.accuracy),
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
    } per layer.</p>`,
  };
}
