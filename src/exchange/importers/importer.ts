import type { Format } from '../../fixed/format.js';
import type { ChainActivation } from '../../float/chain.js';
import type { FloatNetwork } from '../../float/types.js';
import type { ShortLayer } from '../../learn/short-form.js';
import type { ScalingKernel } from '../../network/real-scale.js';
import type { QuantizedNetwork } from '../../network/types.js';
import type { StatedFormats } from './formats.js';

/** A file of anybody's. */
export interface ImportSource {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What a file may leave open. Each format says which of these it asks for. */
export interface ImportOptions {
  /** Of the input, in the file's own order. */
  readonly shape?: readonly number[];
  /** Of layers by their names; `all`: of every layer but the last. */
  readonly activations?: Readonly<Record<string, ChainActivation>>;
  /** The layers of a file that has weights only. */
  readonly layers?: StatedLayers;
  /** Whether kernels lie as PyTorch's do, units × inputs, where the file's names do not tell. */
  readonly transpose?: boolean;
  /** The format of the input of a network of whole numbers, where the file leaves that input unquantized. */
  readonly input?: Format;
  /** The program whose kernels a network of whole numbers is to follow, where formats leave it open. */
  readonly kernels?: ScalingKernel;
}

/** An architecture as a person states it. */
export interface StatedLayers {
  /** For errors. */
  readonly file: string;
  readonly layers: readonly ShortLayer[];
}

/** What became of something in the file. */
export interface ImportNote {
  /** Where it stood in the file: a node and its operator, a layer and its class. */
  readonly from: string;
  readonly what: 'kept' | 'folded' | 'dropped';
  /** The layer that does it; of what was dropped the reason. */
  readonly into: string;
}

/** A network of values. */
export interface Imported {
  readonly network: FloatNetwork;
  readonly notes: readonly ImportNote[];
  /** What the file states of number formats, by the network's layers; absent of a file that states none. */
  readonly formats?: StatedFormats;
  /** Files beside the one that was named, where others were read. */
  readonly beside?: readonly string[];
  readonly tensors?: FileTensors;
}

/** A network of whole numbers, which are the file's own. */
export interface ImportedIntegers {
  readonly integers: QuantizedNetwork;
  readonly notes: readonly ImportNote[];
  /** Files beside the one that was named, where others were read. */
  readonly beside?: readonly string[];
  readonly meanings: readonly CodeMeaning[];
  /** How sums are scaled where a scale is no power of two. */
  readonly kernels: ScalingKernel;
  /** Whether the input has the format that was stated, since the file says none. */
  readonly isInputStated?: boolean;
  /** The file's own definitions in doubles, where it has such: of one sample the values of each tensor of `meanings`. */
  readonly reference?: (features: readonly number[]) => ReadonlyMap<string, Float64Array>;
  readonly tensors?: FileTensors;
}

/** What ONNX Runtime must know to run the file: the names and the order of what it takes and gives. */
export interface FileTensors {
  readonly input: FileTensor & {
    /** With the batch. */
    readonly dims: readonly number[];
    /** As ONNX numbers types. */
    readonly type: number;
  };
  /** The name of what it gives. */
  readonly output: string;
  /** By the layers that give them. */
  readonly layers: ReadonlyMap<string, FileTensor>;
  /** By their names, those that stand for whole numbers. */
  readonly codes: ReadonlyMap<string, FileTensor>;
}

export interface FileTensor {
  readonly name: string;
  /** For each number of the network its place in the file's tensor. */
  readonly order: () => readonly number[];
}

/** A tensor of the file, and what the codes of the layer that gives it mean: real = scale × (code + offset − zeroPoint). */
export interface CodeMeaning {
  /** Its name in the file, and its number there where tensors have one. */
  readonly tensor: string;
  readonly number?: number;
  /** The layer, or the network's input. */
  readonly layer: string;
  readonly scale: number;
  /** Of the file's own codes, which are code + offset. */
  readonly zeroPoint: number;
  readonly offset: number;
}

/** What a format must answer. */
export interface Importer {
  readonly format: string;
  /** In the words of its users. */
  readonly title: string;
  /** What of the options its files may leave open; others are refused with them. */
  readonly options?: readonly (keyof ImportOptions)[];
  /** By the bytes, never by the name. */
  recognises(source: ImportSource): boolean;
  /** @throws exchange/import-* */
  read(source: ImportSource, options: ImportOptions): Imported | ImportedIntegers;
}
