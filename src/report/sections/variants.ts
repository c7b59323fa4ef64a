import { percent, whole } from '../../core/number-text.js';
import type { ReportData } from '../data.js';
import { html, table, withInterval } from '../html.js';
import type { Section } from '../page.js';
import type { StudyVariant } from '../study.js';

/** Every network of the study, with all that it costs, in one table. */
export async function variants({ study }: ReportData): Promise<Section | undefined> {
  if (study === undefined) return undefined;
  const numeric = (title: string) => ({ title, numeric: true });
  const columns = [
    { title: 'network' },
    { title: 'shape' },
    numeric('accuracy [95 %]'),
    numeric('sensitivity'),
    numeric('specificity'),
    numeric('ROC AUC'),
    numeric('parameters'),
    numeric('not zero'),
    numeric('bits'),
    numeric('ROM bits'),
    ...study.lanes.map((lanes) => numeric(`cycles, ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`)),
    numeric('LUTs, unrolled'),
    numeric('MCU flash'),
    numeric('MCU RAM'),
  ];
  const rows = study.variants.map((variant) => [
    html`<code>${variant.name}</code>`,
    variant.shape.join('-'),
    withInterval(variant.accuracy),
    percent(variant.sensitivity.mean),
    percent(variant.specificity.mean),
    variant.rocAuc === undefined ? '' : variant.rocAuc.mean.toFixed(4),
    whole(variant.parameters),
    whole(variant.nonZeros),
    whole(variant.parameterBits),
    ...costCells(variant, study.lanes.length),
  ]);
  const mcu = study.variants.flatMap(({ cost }) => (cost === undefined ? [] : [cost.tables]))[0];
  const target = study.variants.find(({ cost }) => cost !== undefined)?.cost?.parallel.target ?? '';
  const basis =
    mcu?.compiler === undefined
      ? 'estimated, no compiler was found'
      : html`${mcu.basis} with <code>${mcu.compiler}</code>`;
  return {
    id: 'variants',
    title: 'All networks',
    body: html`${table(columns, rows)}
<p class="soft"><code>ptq</code>: quantized after training; <code>qat</code>: trained on in its own formats; the others compute in
floating point. Accuracy, sensitivity, specificity and ROC AUC are means over ${study.repeats} × ${study.folds} folds; sizes and costs
are those of the network that the training rows of the run give. Bits: of all parameters that are not zero. ROM bits and
cycles: sparse MAC lanes. LUTs: the fully unrolled design, estimated for ${target}. MCU bytes: C code with tables, ${basis}.</p>`,
  };
}

function costCells({ cost }: StudyVariant, lanes: number): string[] {
  if (cost === undefined) return Array<string>(lanes + 4).fill('');
  return [
    whole(cost.serial[0].romBits),
    ...cost.serial.map(({ interval }) => whole(interval)),
    whole(cost.parallel.luts),
    whole(cost.tables.flash),
    whole(cost.tables.ram),
  ];
}
