import { constant, reshape, sliceAxis } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Condition } from './condition.ts'
import type { Labeled } from './labeled.ts'

/** What the discriminator thinks of samples. */
export interface Look {
  /** One logit each. */
  readonly logits: Tensor
  /** What the errors of an auxiliary classifier cost, f32 []; 0 without one. */
  readonly misclassified: Tensor
}

/** How many numbers a discriminator gives for one sample. */
export const outputsOf = (condition: Condition | undefined): number =>
  condition?.classifier ? 1 + condition.classes : 1

/** The logits in what the discriminator gave for a batch. */
export const logitsOf = (condition: Condition | undefined, output: Tensor): Tensor =>
  condition?.classifier ? sliceAxis(inColumns(condition, output), 1, 0, 1) : output

/** Reads what the discriminator gave for a batch. */
export function lookOf(condition: Condition | undefined, { values, labels }: Labeled): Look {
  const logits = logitsOf(condition, values)
  if (!condition?.classifier || labels === null) return { logits, misclassified: constant(0) }
  const named = sliceAxis(inColumns(condition, values), 1, 1, condition.classes)
  return { logits, misclassified: condition.classifier.loss(named, labels) }
}

/** The logit first, then those of the classes. */
const inColumns = (condition: Condition, output: Tensor): Tensor =>
  reshape(output, [output.shape[0], outputsOf(condition)])
