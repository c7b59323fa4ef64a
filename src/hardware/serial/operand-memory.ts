/** What a layer's lanes read their operands from, in place of a register of a whole sample and a multiplexer. */
export interface OperandMemory {
  readonly from: 'beats' | 'layer' | 'cells' | 'window';
  /** Into which each cell is cut, where words come from cells of a map; or all codes under a window. */
  readonly cellWords?: number;
  /** A mark for each sample says whether it is spoilt. */
  readonly isMarked: boolean;
  /** 2 where a sample comes in while the one before it is read. */
  readonly pages: 1 | 2;
  /** Of a sample: beats, results of the layer before, words of cells, or of the codes under a window. */
  readonly words: number;
  readonly addressWidth: number;
  /** Of a word, the first one lowest, each as wide as a slot of the layer's input. */
  readonly codes: number;
  readonly codeBits: number;
  /** Bits of a word if cells, or the codes under a window, are cut into words, otherwise 0. */
  readonly cut: number;
  /** Registers from an index to the operand. */
  readonly stages: 1 | 2;
  /** Of each slot of the layer's input. */
  readonly places: readonly OperandPlace[];
}

export interface OperandPlace {
  readonly word: number;
  readonly code: number;
}

/** What a memory is filled from. */
export interface OperandSource
  extends Pick<OperandMemory, 'from' | 'cellWords' | 'isMarked' | 'words' | 'codes' | 'cut' | 'places'> {
  /** Registers that are not needed when words go on as they come: bits. */
  readonly gathered: number;
  /** Cycles between a sample's last word and the next one's first, at least. */
  readonly pause: number;
}

/** How the output stream can take the last layer's results one by one, in the order of the outputs. */
export interface ResultBeats {
  /** Of each output the row that it is. */
  readonly rows: readonly number[];
  /** Of each output, with all that follows the last one. */
  readonly beats: readonly number[];
}
