import { describe, expect, it } from 'vitest';
import { safetensorsFile, storageBytes } from '../../support/torch.js';
import { RELU, stated, torchImports } from '../../support/torch-imports.js';

const { imported, refusal, tensor } = torchImports();

describe('safetensors', () => {
  const bytesOf = (values: readonly number[], type = 'FloatStorage') => storageBytes({ type, values });
  const f32 = ({ shape, values }: { shape: readonly number[]; values: readonly number[] }) => ({
    dtype: 'F32',
    shape,
    bytes: bytesOf(values),
  });

  it('is read, its names in the order of their numbers', () => {
    const square = tensor(2, 2);
    const bytes = safetensorsFile({
      'fc10.weight': f32(square),
      'fc2.weight': f32(square),
      'fc2.bias': { dtype: 'F64', shape: [2], bytes: bytesOf([1, 2], 'DoubleStorage') },
      'fc3.weight': { dtype: 'BF16', shape: [2, 2], bytes: Uint8Array.of(0x80, 0x3f, 0, 0, 0, 0, 0, 0xc0) },
    });
    const { network, format } = imported(bytes, RELU);
    expect(format).toBe('safetensors');
    expect(network.layers.map(({ name }) => name)).toEqual(['fc2', 'fc3', 'fc10']);
    expect(network.layers).toMatchObject([
      { bias: Float64Array.of(1, 2) },
      { kernel: { values: Float64Array.of(1, 0, 0, -2) } },
      { kernel: { values: Float64Array.of(...[0, 2, 1, 3].map((at) => square.values[at])) } },
    ]);
  });

  it('whose layers could stand in two orders is refused', () => {
    const bytes = safetensorsFile({ 'a.weight': f32(tensor(2, 2)), 'b.weight': f32(tensor(2, 2)) });
    expect(refusal(bytes, RELU)).toBe(
      '/net.pt: got a and b, either of which could come first, wanted numbers in their names, or a file in the order ' +
        'of the layers (state the layers with their names: --layers FILE, such as layers: [{dense: 10, name: fc1}]) ' +
        '[exchange/import-tensor]',
    );
    const layers = stated({ dense: 2, activation: 'relu', name: 'b' }, { dense: 2, name: 'a' });
    expect(imported(bytes, { layers }).network.layers.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('that lies about its numbers is refused', () => {
    const good = { dtype: 'F32', shape: [1, 2], bytes: bytesOf([1, 2]) };
    const lie = (more: object) => safetensorsFile({ 'a.weight': { ...good, ...more } });
    expect(refusal(lie({ shape: [1, 3] }))).toBe(
      '/net.pt, a.weight: got 8 bytes, wanted 12, as its shape says [exchange/import-file]',
    );
    expect(refusal(lie({ dtype: 'F8_E4M3' }))).toContain('got numbers of the type F8_E4M3');
    expect(refusal(lie({ shape: [-1, -2] }))).toContain('wanted a whole number from 0 up');
    const whole = safetensorsFile({ 'a.weight': good });
    expect(refusal(whole.subarray(0, -1))).toBe(
      '/net.pt, a.weight: got bytes 0 to 8 of the numbers, wanted at most 7 (the file is cut off or broken: fetch or ' +
        'save it again) [exchange/import-truncated]',
    );
    expect(refusal(Buffer.concat([whole, Uint8Array.of(0)]))).toBe(
      '/net.pt: got 9 bytes of numbers, wanted 8, as the header says [exchange/import-file]',
    );
    expect(refusal(whole.subarray(0, 40))).toMatch(/got 40 bytes, wanted a header of \d+ bytes/);
  });
});
