import { techniquesChart } from '../charts/techniques.js';
import { tradeoffChart } from '../charts/tradeoff.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html, points, probability, signed, table, times } from '../html.js';
import type { Section } from '../page.js';
import type { StudyReport } from '../study.js';
import { leastBits, NOTHING, type TechniqueAnswer, type TechniqueVerdict, verdictsOf } from '../verdict.js';

const ANSWERS: Readonly<Record<TechniqueAnswer, Html>> = {
  yes: html`<b class="good">yes</b>`,
  likely: html`<span class="good">likely</span>`,
  trade: html`better, costs more`,
  no: html`<span class="soft">no</span>`,
};

/** Which technique is worth it on an FPGA, and on a microcontroller. */
export async function answer({ study }: ReportData): Promise<Section | undefined> {
  if (study === undefined) return undefined;
  const verdicts = verdictsOf(study);
  const label = 'Change of accuracy by technique, with 95 % intervals';
  const forest = await drawSvg(techniquesChart(verdicts, study.margin), label);
  return {
    id: 'answer',
    title: 'What is worth it',
    body: html`<ul>${sentences(study, verdicts).map((line) => html`<li>${line}</li>`)}</ul>
${verdictTable(verdicts)}
<p class="soft">“×” is the cost without the technique divided by the cost with it, at ${study.lanes[0]} MAC
${study.lanes[0] === 1 ? 'lane' : 'lanes'} per layer; bits are those of the parameters that are not zero. Yes: it saves, and the
95 % interval excludes a loss of more than ${points(study.margin)} points, or it makes the network better. Likely: it saves and
loses less than that on average, but the interval does not exclude more. Pruning and quantization-aware training go on from
the base network: part of what they gain is that of more epochs. ${study.repeats} × ${study.folds} stratified folds of
all ${study.samples} rows, compared fold by fold; intervals by the corrected resampled t-test.</p>
${figures([forest])}
${figures(await tradeoffs(study))}`,
  };
}

function verdictTable(verdicts: readonly TechniqueVerdict[]): Html {
  const numeric = (title: string) => ({ title, numeric: true });
  const columns = [
    { title: 'technique' },
    numeric('accuracy, points'),
    numeric('95 % interval'),
    numeric('p'),
    numeric('bits'),
    numeric('cycles'),
    numeric('ROM bits'),
    numeric('LUTs, unrolled'),
    numeric('flash'),
    { title: 'FPGA' },
    { title: 'microcontroller' },
  ];
  const rows = verdicts.map(({ technique, savings, fpga, mcu }) => {
    const { name, first, second, accuracy } = technique;
    const { mean, low, high } = accuracy.difference;
    return [
      html`${name}<br><code class="soft">${first} − ${second}</code>`,
      signed(mean),
      `${signed(low)} to ${signed(high)}`,
      probability(accuracy.pValue),
      times(savings.parameterBits),
      times(savings.cycles),
      times(savings.romBits),
      times(savings.luts),
      times(savings.flash),
      ANSWERS[fpga],
      ANSWERS[mcu],
    ];
  });
  return table(columns, rows);
}

/** The table in words: what is worth it with its numbers, then what is not. */
function sentences(study: StudyReport, verdicts: readonly TechniqueVerdict[]): Html[] {
  const isWorth = ({ fpga, mcu }: TechniqueVerdict) => fpga !== 'no' || mcu !== 'no';
  const others = verdicts.filter((verdict) => !isWorth(verdict)).map(({ technique }) => technique.name);
  return [
    ...verdicts.filter(isWorth).map(worthSentence),
    ...(others.length === 0 ? [] : [html`No gain was shown by ${others.join('; ')}.`]),
    ...widthSentence(study),
    teacherSentence(verdicts),
  ];
}

function worthSentence({ technique, savings, fpga, mcu }: TechniqueVerdict): Html {
  const { mean, low, high } = technique.accuracy.difference;
  const { parameterBits, cycles, romBits, flash } = savings;
  const changes = [
    ...(cycles === undefined ? [changeOf(parameterBits, 'bits of parameters')] : []),
    changeOf(cycles, 'cycles'),
    changeOf(romBits, 'ROM bits'),
    changeOf(flash, 'flash'),
  ].filter((change) => change !== undefined);
  const costs = changes.length === 0 ? 'the same costs' : changes.join(', ');
  return html`<b>${capitalized(technique.name)}</b> ${places(fpga, mcu)}: ${signed(mean)} points of accuracy (95 % interval
${signed(low)} to ${signed(high)}), ${costs}.`;
}

/** Such as `5.2 times less in cycles`; nothing where they are the same. */
function changeOf(saving: number | undefined, what: string): string | undefined {
  if (saving === undefined) return undefined;
  if (saving >= NOTHING) return `${saving.toFixed(1)} times less in ${what}`;
  return saving <= 1 / NOTHING ? `${(1 / saving).toFixed(1)} times more in ${what}` : undefined;
}

function places(fpga: TechniqueAnswer, mcu: TechniqueAnswer): string {
  const worth = {
    yes: 'is worth it',
    likely: 'is likely worth it',
    trade: 'is better and costs more',
    no: 'shows no gain',
  };
  if (fpga === mcu) return `${worth[fpga]} on an FPGA and on a microcontroller`;
  return `${worth[fpga]} on an FPGA, ${worth[mcu]} on a microcontroller`;
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function widthSentence(study: StudyReport): Html[] {
  const found = (['base', 'pruned'] as const).map((weights) => {
    const [ptq, qat] = (['ptq', 'qat'] as const).map((numbers) => leastBits(study, weights, numbers));
    const bits = (width: number | undefined) => (width === undefined ? 'no width tried' : `${width} bits`);
    return `${weights} ${bits(ptq)} quantized after training, ${bits(qat)} in training`;
  });
  if (study.bits.length === 0) return [];
  return [
    html`<b>Least width</b> within ${points(study.margin)} points of the float network on average: ${found.join('; ')}.`,
  ];
}

/** Distillation, honestly. */
function teacherSentence(verdicts: readonly TechniqueVerdict[]): Html {
  const { technique, effect } = verdicts.find(
    ({ technique }) => technique.first === 'distilled',
  ) as TechniqueVerdict;
  const { difference, better, same, worse } = technique.accuracy;
  const says =
    effect === 'better'
      ? 'the teacher helps'
      : difference.mean >= 0
        ? 'on average the teacher does no harm, and no gain is proven'
        : effect === 'worse'
          ? 'the teacher harms'
          : 'the student is better off alone on average, though not provably';
  return html`<b>Distillation</b>: ${says} (${signed(difference.mean)} points; better in ${better} folds, the same in ${same}, worse in
${worse}).`;
}

async function tradeoffs(study: StudyReport): Promise<string[]> {
  const integer = study.variants.filter(({ cost }) => cost !== undefined);
  const lanes = study.lanes[0];
  const unit = `clock cycles per inference, ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`;
  return [
    await drawSvg(
      tradeoffChart('FPGA: accuracy against cycles', unit, integer, ({ cost }) => cost!.serial[0].interval),
      `Accuracy against clock cycles of ${integer.length} integer networks`,
    ),
    await drawSvg(
      tradeoffChart(
        'Microcontroller: accuracy against flash',
        'bytes of flash, C code and tables',
        integer,
        ({ cost }) => cost!.tables.flash,
      ),
      `Accuracy against bytes of flash of ${integer.length} integer networks`,
    ),
  ];
}
