import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Py, pickle, stateDict, type TorchFile, torchLegacy, torchZip } from '../../support/torch.js';
import { RELU, torchImports } from '../../support/torch-imports.js';

const { folder, refusal } = torchImports();

const W1 = { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] };
const B1 = { shape: [3], values: [0.5, -0.5, 0.25] };
const W2 = { shape: [2, 3], values: [1, 0, -1, 2, -2, 0] };
const CHAIN = { 'fc1.weight': W1, 'fc1.bias': B1, 'fc2.weight': W2 };

describe('what is no state_dict', () => {
  const global = (module: string, name: string): Py => ({ module, global: name });
  const archive = (object: Py) => torchZip({ storages: {}, object: () => object });

  it('is refused, and no code of it is run', () => {
    const proof = path.join(folder, 'ran');
    const call = { module: 'posix', global: 'system' };
    expect(refusal(archive({ call, args: [`touch ${proof}`] }))).toBe(
      '/net.pt: got a whole object of the class posix.system, wanted a pickle of tensors by their names; no object of ' +
        'Python is made, and no code of a file is run (in PyTorch: torch.save(model.state_dict(), FILE)) ' +
        '[exchange/import-pickle]',
    );
    expect(existsSync(proof)).toBe(false);
  });

  it('is told by what it is', () => {
    const net = { module: '__main__', global: 'Net' };
    const wanted =
      ', wanted a pickle of tensors by their names; no object of Python is made, and no code of a file is run (';
    const script = { module: '__torch__.net', global: 'Net' };
    expect(refusal(archive({ call: net, args: [] }))).toContain(
      `got a whole object of the class __main__.Net${wanted}`,
    );
    expect(refusal(archive({ call: script, args: [] }))).toBe(
      `/net.pt: got a TorchScript program of the class __torch__.net.Net${wanted}in PyTorch: ` +
        'torch.save(torch.jit.load(FILE).state_dict(), NEW)) [exchange/import-pickle]',
    );
    expect(refusal(pickle(new Map()))).toContain("got a pickle without PyTorch's mark");
    expect(refusal(archive(new Map([['epoch', 3]])))).toContain(
      'got a dictionary of "epoch", and no tensors',
    );
    expect(refusal(archive(global('torch', 'float32')))).toContain('got no dictionary');
    expect(refusal(archive(['a']))).toContain('got no dictionary');
  });

  it('of two networks is refused by their names', () => {
    const { storages, object } = stateDict(CHAIN);
    const two = torchZip({
      storages,
      object: (view) =>
        new Map([
          ['model', object(view)],
          ['ema', object(view)],
        ]),
    });
    expect(refusal(two)).toContain(
      'got 2 dictionaries of tensors: "model", "ema", wanted a pickle of tensors by their names; no object of Python ' +
        'is made, and no code of a file is run (save one of them: torch.save(torch.load(FILE)["model"], NEW))',
    );
  });
});

describe('tensors that cannot be read', () => {
  const odd = (
    view: Partial<Parameters<Parameters<TorchFile['object']>[0]>[0]>,
    type = 'FloatStorage',
    name = 'fc.weight',
  ) =>
    torchZip({
      storages: { 0: { type, values: [1, 2, 3, 4] } },
      object: (tensor) => new Map([[name, tensor({ storage: '0', shape: [2, 2], ...view })]]),
    });

  it('are refused by their names', () => {
    expect(refusal(odd({ offset: 1 }))).toBe(
      '/net.pt, fc.weight: got numbers 1 to 4 of a storage, wanted at most 4, which storage 0 has (is the file whole?) ' +
        '[exchange/import-tensor]',
    );
    expect(refusal(odd({ shape: [2, 2], strides: [0x7fff_ffff, 1] }))).toContain(
      'got numbers 0 to 2147483648',
    );
    expect(refusal(odd({ shape: [65_536, 65_536], strides: [0, 0] }))).toBe(
      '/net.pt, fc.weight: got 4294967296 values, wanted at most 16777216 [exchange/import-tensor]',
    );
    expect(refusal(odd({}, 'QInt8Storage'))).toBe(
      '/net.pt, archive/data.pkl: got numbers of a QInt8Storage, wanted floats of 16, 32 or 64 bits, bfloat16 or whole ' +
        'numbers (of a quantized model an export to ONNX says what its codes mean) [exchange/import-tensor]',
    );
    expect(refusal(odd({}, 'FloatStorage', 'lstm.weight_ih_l0'))).toBe(
      '/net.pt: got the tensor "lstm.weight_ih_l0" of 2 x 2, wanted names that end in "weight", "bias", ' +
        '"running_mean", "running_var", "num_batches_tracked" (a recurrent layer: there is none in hardware yet) ' +
        '[exchange/import-tensor]',
    );
    expect(refusal(odd({}, 'FloatStorage', 'fc.weight_g'))).toContain('remove_parametrizations');
    expect(refusal(torchZip(stateDict({ 'a.weight': { shape: [1, 1], values: [Number.NaN] } })))).toContain(
      '[exchange/import-not-finite]',
    );
  });

  it('stand apart where no order of them fits', () => {
    const apart = { 'a.weight': W1, 'b.weight': { shape: [1, 5], values: [1, 2, 3, 4, 5] } };
    expect(refusal(torchZip(stateDict(apart)), RELU)).toBe(
      '/net.pt, b: got a weight of 1 x 5, wanted one that reads 3 values, as many as a gives (state the layers: ' +
        '--layers FILE, such as layers: [{dense: 10, name: fc1}]) [exchange/import-tensor]',
    );
  });

  it('of a file that is cut off are refused, wherever it ends', () => {
    const whole = torchLegacy(stateDict(CHAIN));
    expect(refusal(whole.subarray(0, -1), RELU)).toBe(
      '/net.pt: got 23 bytes left, wanted 24 bytes, which storage 2 has (the file is cut off or broken: fetch or ' +
        'save it again) [exchange/import-truncated]',
    );
    for (let end = 3; end < whole.length; end += 7) {
      expect(refusal(whole.subarray(0, end), RELU)).toMatch(
        /\[exchange\/import-(file|pickle|tensor|truncated)\]$/,
      );
    }
    const zip = torchZip(stateDict(CHAIN));
    expect(refusal(zip.subarray(0, -40), RELU)).toBe(
      '/net.pt: got a zip file that is cut off or broken, wanted a whole zip file (the file is cut off or broken: fetch ' +
        'or save it again) [exchange/import-truncated]',
    );
    expect(refusal(torchZip(stateDict(CHAIN), 'middle'))).toBe(
      '/net.pt, byteorder: got "middle", wanted little or big [exchange/import-file]',
    );
  });
});
