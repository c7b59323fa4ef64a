import { type Format, printFormat, unsignedWidth } from '../fixed/format.js';
import type { AffineNetwork } from '../network/affine.js';
import type { Field, StreamPort } from './manifest.js';

/**
 * The layout of both streams, the same for every micro-architecture: fields from bit 0 up without gaps, the
 * whole rounded up to bytes. In: every input. Out: every output, then the class, then the probability.
 */
export function streamOf(network: AffineNetwork): { input: StreamPort; output: StreamPort } {
  const inputs = network.inputs.map(({ format, name }, unit) =>
    codeField('input', unit, format, name === undefined ? {} : { name }),
  );
  const outputs = network.outputs.map(({ format }, unit) => codeField('value', unit, format));
  return { input: pack(inputs), output: pack([...outputs, ...headFields(network)]) };
}

type Unplaced = Omit<Field, 'lsb'>;

function headFields({ head, outputs }: AffineNetwork): Unplaced[] {
  if (head.kind === 'values') return [];
  const width = Math.max(1, unsignedWidth(outputs.length - 1));
  const format = `ufixed<${width},${width}>`;
  const decision: Unplaced = { kind: 'class', unit: 0, width, signed: false, format };
  if (head.kind === 'argmax' || head.probability === undefined) return [decision];
  return [decision, codeField('probability', 0, head.probability.format)];
}

function codeField(
  kind: Field['kind'],
  unit: number,
  format: Format,
  rest: { name?: string } = {},
): Unplaced {
  const { width, signed } = format;
  return { kind, unit, width, signed, format: printFormat(format), ...rest };
}

function pack(unplaced: readonly Unplaced[]): StreamPort {
  let lsb = 0;
  const fields = unplaced.map((field) => {
    const placed: Field = { ...field, lsb };
    lsb += field.width;
    return placed;
  });
  return { width: Math.ceil(lsb / 8) * 8, fields };
}
