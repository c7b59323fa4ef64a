import { z } from 'zod';
import type { FloatActivation } from '../../../../float/activation.js';
import { clip } from '../../../../network/activation.js';
import { printShape, sizeOf } from '../../../../network/tensor.js';
import { type Call, type LayerClass, members } from '../call.js';
import { ACTIVATION } from './sums.js';

/** Activations that stand as layers of their own, and layers that do nothing once a network is trained. */

const activate = (call: Call, activation: FloatActivation) => call.activation(activation);

const ACTIVATED = members({ activation: ACTIVATION });

const activation: LayerClass = (call) => {
  const { activation: given } = call.config(ACTIVATED);
  return activate(call, call.activated(given, call.input.shape));
};

/** What quantizes the network's input states how it comes in. */
const quantizedActivation: LayerClass = (call) => {
  const { activation: given } = call.config(ACTIVATED);
  const read = call.activated(given, call.input.shape);
  return call.conversion.isOpenInput(call.input) && call.onlyRounds
    ? call.inputQuantized()
    : activate(call, read);
};

const RELU = members({
  max_value: z.number().nullish(),
  negative_slope: z.number().nullish(),
  threshold: z.number().nullish(),
});

const relu: LayerClass = (call) => {
  const { max_value: most, negative_slope: slope, threshold } = call.config(RELU);
  if (threshold) call.refuse(`threshold ${threshold}`, 'a threshold of 0');
  const isCapped = most !== undefined && most !== null;
  if (slope && isCapped) call.refuse('a slope below 0 and a ceiling', 'one of the two');
  if (slope) return activate(call, { kind: 'slopes', slopes: [slope] });
  if (!isCapped) return activate(call, 'relu');
  return activate(call, clip(most) ?? call.refuse(`max_value ${most}`, 'a ceiling above 0'));
};

const LEAKY = members({ alpha: z.number().optional(), negative_slope: z.number().optional() });

/** The slope is `alpha` in Keras 2 and TensorFlow.js, `negative_slope` in Keras 3. */
const leakyRelu: LayerClass = (call) => {
  const { alpha, negative_slope: slope } = call.config(LEAKY);
  return activate(call, { kind: 'slopes', slopes: [slope ?? alpha ?? 0.3] });
};

const PRELU = members({ shared_axes: z.array(z.int()).nullish() });

/** A slope for each value, or for each channel where the other axes share it. */
const prelu: LayerClass = (call) => {
  call.config(PRELU);
  const { shape } = call.input;
  const [alpha] = call.variables([['alpha']]);
  const channels = shape[shape.length - 1];
  const { values } = alpha;
  const isWhole = sizeOf(alpha) === 1 || sizeOf(alpha) === channels;
  const isPerChannel = isWhole || values.every((value, at) => value === values[at % channels]);
  if (isPerChannel && values.length <= sizeOf({ shape })) {
    const slopes = Array.from(values.subarray(0, values.length === 1 ? 1 : channels));
    return activate(call, { kind: 'slopes', slopes });
  }
  return call.refuse(
    `slopes of ${printShape(alpha.shape)} for a tensor of ${printShape(shape)}`,
    'one slope, or one per channel',
    'shared_axes=[1, 2] shares the slopes of a channel',
  );
};

const elu: LayerClass = (call) => {
  const { alpha } = call.config(members({ alpha: z.number().default(1) }));
  return activate(call, { kind: 'curve', curve: 'elu', parameters: [alpha] });
};

const softmax: LayerClass = (call) => {
  const { axis } = call.config(members({ axis: z.union([z.int(), z.array(z.int())]).default(-1) }));
  const axes = [axis].flat();
  const isLast = axes.length === 1 && (axes[0] === -1 || axes[0] === call.input.shape.length);
  if (!isLast) call.refuse(`axis ${axes.join(', ')}`, 'the last axis');
  return activate(call, call.activated('softmax', call.input.shape));
};

const onlyInTraining: LayerClass = (call) => call.passed('it does nothing once a network is trained');
const identity: LayerClass = (call) => call.passed('it gives what it reads');

export const ACTIVATIONS: Readonly<Record<string, LayerClass>> = {
  Activation: activation,
  QActivation: quantizedActivation,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  ELU: elu,
  Softmax: softmax,
  Dropout: onlyInTraining,
  SpatialDropout1D: onlyInTraining,
  SpatialDropout2D: onlyInTraining,
  AlphaDropout: onlyInTraining,
  GaussianDropout: onlyInTraining,
  GaussianNoise: onlyInTraining,
  ActivityRegularization: onlyInTraining,
  Identity: identity,
};
