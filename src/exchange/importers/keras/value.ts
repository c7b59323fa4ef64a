/** What a layer of Keras gives, as the float network has it. */
export interface KerasValue {
  /** The float network's layer that gives it, or its input. */
  readonly layer: string;
  /** As Keras has it, without the batch: one to three axes, the last one the channels. */
  readonly shape: readonly number[];
  /** Whether several layers read it. */
  readonly isShared?: boolean;
  /** Whether it is rounded to a format already, so that nothing may be done to it before. */
  readonly isRounded?: boolean;
}

/** As the float network has it: a signal over time is a map of height 1. */
export const storedShape = (shape: readonly number[]): readonly number[] =>
  shape.length === 2 ? [1, ...shape] : shape;
