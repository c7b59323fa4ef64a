import type { QuantizedNetwork } from '../../network/types.js';
import { blockComment, madeBy } from '../comment.js';
import type { Generator } from '../generator.js';
import { numberLines, type SampleLayout } from './layout.js';
import { pictureInTypeScript } from './picture-typescript.js';
import { doubleText, type EncoderTable, type EncoderTables, encoderTables, indexIn } from './tables.js';

/** The encoder as a TypeScript module without dependencies: `<name>_encoder.ts`. @throws exchange/no-encoder */
export function encoderInTypeScript(
  network: QuantizedNetwork,
  generator: Generator,
  layout: SampleLayout,
): Map<string, string> {
  const encoder = encoderTables(network, layout);
  return new Map([[`${network.name}_encoder.ts`, moduleText(encoder, layout, generator)]]);
}

function moduleText(encoder: EncoderTables, layout: SampleLayout, generator: Generator): string {
  const at = (name: EncoderTable['name']) => name.toUpperCase() + indexIn(encoder, name);
  const { picture } = encoder;
  return `${blockComment([...encoder.description, '', madeBy(generator)]).join('\n')}

export const FEATURES = ${encoder.features};
export const NAMES: readonly string[] = [${encoder.names.map((name) => `\n  ${JSON.stringify(name)},`).join('')}${encoder.names.length > 0 ? '\n' : ''}];
${encoder.tables.flatMap(tableLines).join('\n')}
export const BEATS = ${layout.beats};
export const BEAT_BYTES = ${layout.width / 8};
const LSB: readonly number[] = [ // lowest bit in the sample
${numberLines(
  layout.fields.map(({ lsb }) => lsb),
  '  ',
).join('\n')}
];
const WIDTH: readonly number[] = [ // bits of the code
${numberLines(
  layout.fields.map(({ width }) => width),
  '  ',
).join('\n')}
];

/**
 * The input codes of one sample of raw features.
 *
 * @throws RangeError for a wrong number of features and for one that is not a number
 */
export function encode(features: readonly number[]): number[] {
  if (features.length !== FEATURES) {
    throw new RangeError(\`got \${features.length} features, wanted \${FEATURES}\`);
  }
  return features.map((value, feature) => encodeOne(feature, value));
}

function encodeOne(feature: number, value: number): number {
  if (Number.isNaN(value)) {
    const name = NAMES.length > 0 ? \` (\${NAMES[feature]})\` : '';
    throw new RangeError(\`feature \${feature}\${name}: got NaN, wanted a number\`);
  }
  const span = ${at('maximum')} - ${at('minimum')};
  const scaled = span === 0 ? 0 : ((value - ${at('minimum')}) / span) * ${at('scale')};
  if (scaled >= ${at('highest')}) return ${at('highest')};
  if (scaled <= ${at('lowest')}) return ${at('lowest')};
  const floored = Math.floor(scaled) + 0; // never -0
  return scaled - floored >= 0.5 ? floored + 1 : floored;
}
${picture === undefined ? '' : pictureInTypeScript(picture)}
/** The beats of a sample of codes, the first one first. */
export function pack(codes: readonly number[]): Uint8Array {
  const sample = new Uint8Array(BEATS * BEAT_BYTES);
  codes.forEach((code, feature) => {
    let rest = code;
    for (let bit = LSB[feature]; bit < LSB[feature] + WIDTH[feature]; bit++) {
      const odd = Math.abs(rest % 2);
      sample[Math.floor(bit / 8)] |= odd << (bit % 8);
      rest = (rest - odd) / 2;
    }
  });
  return sample;
}
`;
}

function tableLines({ name, purpose, values }: EncoderTable): string[] {
  if (values.length === 1) return [`const ${name.toUpperCase()} = ${doubleText(values[0])}; // ${purpose}`];
  return [
    `const ${name.toUpperCase()}: readonly number[] = [ // ${purpose}`,
    ...values.map((value) => `  ${doubleText(value)},`),
    '];',
  ];
}
