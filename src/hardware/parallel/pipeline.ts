import { type Circuit, CircuitBuilder, mapOperands, type Operation, operandsOf } from './circuit.js';

/** Adders that may follow each other between two registers; or registers between the layers only, or none. */
export type LevelsPerStage = number | 'layer' | 'none';

/** When a value is there: after so many registers, and so many adders behind the last of them. */
interface Time {
  readonly stage: number;
  readonly level: number;
}

/**
 * Puts registers into the circuit. A layer's codes leave it together, and the next layer starts with them; the last
 * layer's are not registered, the output stream's buffer does that.
 */
export function pipelineCircuit(circuit: Circuit, levelsPerStage: LevelsPerStage): Circuit {
  if (levelsPerStage === 'none') return circuit;
  return new Pipeline(circuit, levelsPerStage === 'layer' ? Number.POSITIVE_INFINITY : levelsPerStage).run(
    levelsPerStage === 'layer',
  );
}

class Pipeline {
  private readonly builder = new CircuitBuilder();
  private readonly times: Time[] = [];
  /** A value of the new circuit for every old one, and its registered copies by stage. */
  private readonly copies: number[][] = [];
  private start = 0;

  constructor(
    private readonly circuit: Circuit,
    private readonly levels: number,
  ) {}

  run(registerLayers: boolean): Circuit {
    const { circuit } = this;
    const latencies: number[] = [];
    const inputs = circuit.inputs.map((input) => {
      return input.value === undefined ? input : { ...input, value: this.place(input.value) };
    });
    const layers = circuit.layers.map((layer, index) => {
      circuit.values.forEach((value, number) => {
        if (value.layer === index) this.place(number);
      });
      const isLast = index === circuit.layers.length - 1;
      let end = Math.max(this.start, ...layer.units.map(({ value }) => this.time(value).stage));
      if (registerLayers && !isLast) end += 1;
      latencies.push(end - this.start);
      const units = layer.units.map((unit) => ({ ...unit, value: this.delayed(unit.value, end, index) }));
      this.start = end;
      return { ...layer, latency: latencies[index], units };
    });
    const outputs = circuit.outputs.map((output) => {
      return { ...output, value: this.delayed(output.value, this.start, circuit.layers.length - 1) };
    });
    return { ...circuit, inputs, layers, outputs, values: this.builder.values };
  }

  private time(number: number): Time {
    if (this.circuit.values[number].operation.kind === 'constant') return { stage: 0, level: 0 };
    return this.times[number];
  }

  /** Copies a value, its operands registered until all are there. */
  private place(number: number): number {
    const { operation, range, layer, name } = this.circuit.values[number];
    let time = this.ready(operation);
    const delay = delayOf(operation);
    time =
      time.level + delay > this.levels && delay > 0
        ? { stage: time.stage + 1, level: delay }
        : { stage: time.stage, level: time.level + delay };
    this.times[number] = time;
    const moved = mapOperands(operation, (operand) => this.delayed(operand, time.stage, layer));
    this.copies[number] = [];
    this.copies[number][time.stage] = this.builder.add(moved, range, layer, name);
    return this.copies[number][time.stage];
  }

  private ready(operation: Operation): Time {
    let stage = this.start;
    let level = 0;
    for (const operand of operandsOf(operation)) {
      const time = this.time(operand);
      if (time.stage > stage) level = 0;
      stage = Math.max(stage, time.stage);
      if (time.stage === stage) level = Math.max(level, time.level);
    }
    return { stage, level };
  }

  /** The old value as it is at a stage. */
  private delayed(number: number, stage: number, layer: number): number {
    const { operation, range, name } = this.circuit.values[number];
    if (operation.kind === 'constant') return this.builder.constant(operation.code);
    const copies = this.copies[number];
    if (copies[stage] !== undefined) return copies[stage];
    const value = this.delayed(number, stage - 1, layer);
    copies[stage] = this.builder.add({ kind: 'register', value }, range, layer, name);
    return copies[stage];
  }
}

/** Adders that an operation counts for; what is a LUT at most beside them counts for nothing. */
function delayOf({ kind }: Operation): number {
  switch (kind) {
    case 'adder':
    case 'sum':
    case 'product':
    case 'clamp':
    case 'table':
      return 1;
    default:
      return 0;
  }
}
