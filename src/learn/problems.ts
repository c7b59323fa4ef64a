import { didYouMean, raise, shown } from '../core/errors.js';
import { percent } from '../core/number-text.js';

/** A measure of a network, and of a guess that looks at no feature. */
interface Compared {
  readonly network: number;
  readonly guessing: number;
}

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  learnOption: (option: string, got: unknown, wanted: string) =>
    raise({ code: 'learn/option', where: option, got: shown(got), wanted }),
  learnSamples: (where: string, got: string, wanted: string) =>
    raise({ code: 'learn/samples', where, got, wanted }),
  learnDiverged: (task: string, epoch: number) =>
    raise({
      code: 'learn/diverged',
      where: `${task}, epoch ${epoch}`,
      got: 'a loss that is no finite number',
      wanted: 'a training that converges',
      hint: 'lower the learning rate, and see that the features are scaled',
    }),
  /** A warning: the run goes on. @param loss of the network, and of guessing by how frequent the classes are */
  learnUndertrained: (where: string, loss: Compared, accuracy: Compared) =>
    raise({
      code: 'learn/undertrained',
      where,
      got:
        `a loss of ${loss.network.toFixed(3)} on the training rows, where guessing has ${loss.guessing.toFixed(3)}, and ` +
        `${percent(accuracy.network)} of them right, where always the largest class has ${percent(accuracy.guessing)}`,
      wanted: 'a network that has learnt more than how frequent the classes are',
      hint: 'more epochs or a larger learningRate train it longer; else its features may not tell the classes apart',
    }),
  /** @param fits samples of a batch that would do; 0 where not one does */
  learnMemory: (where: string, batchSize: number, fits: number) =>
    raise({
      code: 'learn/memory',
      where,
      got: `too little memory for a batch of ${batchSize}`,
      wanted: fits === 0 ? 'a smaller network: not one sample fits' : `a batch of at most ${fits}`,
      hint: fits === 0 ? 'larger strides and pools make smaller maps' : `batchSize: ${fits}`,
    }),
  learnBackend: (backend: string, reason: string) =>
    raise({
      code: 'learn/backend',
      where: 'training.backend',
      got: `${JSON.stringify(backend)}, which cannot be used here: ${reason}`,
      wanted: 'a TensorFlow.js backend that is installed',
      hint: 'auto takes the best one there is',
    }),
  learnMask: (where: string, got: number, wanted: number) =>
    raise({
      code: 'learn/mask',
      where,
      got: `a mask of ${got} parameters`,
      wanted: `a mask of ${wanted} parameters, the network's weights and biases`,
      hint: 'it was made for a network of another shape',
    }),
  learnLayers: (where: string, got: string, wanted: string, likely?: string, hint?: string) =>
    raise({
      code: 'learn/layers',
      where,
      got,
      wanted,
      ...(hint === undefined ? didYouMean(likely) : { hint }),
    }),
  learnPlan: (where: string, got: string, wanted: string) =>
    raise({ code: 'learn/plan', where, got, wanted }),
  learnTeacherShares: (where: string) =>
    raise({
      code: 'learn/teacher-shares',
      where,
      got: 'probabilities: the numbers of each sample lie between 0 and 1, and add up to 1',
      wanted: 'logits, which the last layer gives before its softmax',
      hint: 'the logarithms of the probabilities are such logits',
    }),
  learnTeacherOrder: (where: string, right: number, chance: number) =>
    raise({
      code: 'learn/teacher-order',
      where,
      got: `logits that are right in ${percent(right)} of the samples, where chance has ${percent(chance)}`,
      wanted: 'a teacher that knows these samples',
      hint: 'are its samples in the order of the data, and its classes numbered as there?',
    }),
  learnTeacher: (where: string, got: string, wanted: string) =>
    raise({ code: 'learn/teacher', where, got, wanted }),
};
