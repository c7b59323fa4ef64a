import { zipSync } from 'fflate';

export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What `numpy.save` writes of 32-bit floats, after the format's public definition. */
export function npyFile({ shape, values }: NumpyArray): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const text = Buffer.from(`${header.padEnd(117)}\n`, 'latin1');
  const before = Uint8Array.of(0x93, ...Buffer.from('NUMPY'), 1, 0, text.length, 0);
  return Buffer.concat([before, text, new Uint8Array(Float32Array.from(values).buffer)]);
}

/** What `numpy.savez` writes. */
export const npzFile = (arrays: Readonly<Record<string, NumpyArray>>): Uint8Array =>
  zipSync(
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npyFile(array)])),
    { level: 0, mtime: new Date('2026-01-01') },
  );
