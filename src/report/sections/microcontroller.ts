import { whole } from '../../core/number-text.js';
import type { ReportData } from '../data.js';
import { type Html, html, table } from '../html.js';
import type { Section } from '../page.js';
import { describeMemory, type StudyReport, type StudyVariant } from '../study.js';

const numeric = (title: string) => ({ title, numeric: true });

/** The same networks as C and as TFLite files. */
export async function microcontroller({ study }: ReportData): Promise<Section | undefined> {
  if (study === undefined) return undefined;
  return {
    id: 'microcontroller',
    title: 'On a microcontroller',
    body: html`<h3>Integer C</h3>
${cTable(study)}
<h3>TFLite files</h3>
${tfliteTable(study)}`,
  };
}

function cTable({ variants }: StudyReport): Html {
  const integer = variants.filter(hasCost);
  const columns = [
    { title: 'network' },
    numeric('flash, tables'),
    numeric('RAM, tables'),
    numeric('multiplies, tables'),
    numeric('flash, unrolled'),
    numeric('RAM, unrolled'),
    numeric('multiplies, unrolled'),
  ];
  const rows = integer.map(({ name, cost: { tables, unrolled } }) => [
    html`<code>${name}</code>`,
    ...[tables, unrolled].flatMap(({ flash, ram, multiplies }) => [
      whole(flash),
      whole(ram),
      whole(multiplies),
    ]),
  ]);
  return html`${table(columns, rows)}
<p class="soft">Bytes, ${describeMemory(integer[0].cost.tables)}; flash is code and constants, RAM the deepest stack and static data. Both styles give the
same bits as the hardware: tables are smallest, unrolled code is fastest. Products with a zero weight are in neither.</p>`;
}

const hasCost = (variant: StudyVariant): variant is StudyVariant & Required<Pick<StudyVariant, 'cost'>> =>
  variant.cost !== undefined;

function tfliteTable({ variants }: StudyReport): Html {
  const floats = variants.filter(({ tflite }) => tflite !== undefined);
  const modes = Object.keys(floats[0].tflite ?? {});
  const columns = [{ title: 'network' }, ...modes.map(numeric)];
  const rows = floats.map(({ name, tflite = {} }) => [
    html`<code>${name}</code>`,
    ...modes.map((mode) => whole(tflite[mode])),
  ]);
  return html`${table(columns, rows)}
<p class="soft">Bytes of the file, without the interpreter, which a microcontroller needs too (tens of kilobytes). The format stores
zeros like any other weight, so pruning saves nothing here.</p>`;
}
