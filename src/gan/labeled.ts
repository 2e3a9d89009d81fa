import { classField } from '../tensor/fields.ts'
import type { Fields } from '../tensor/fields.ts'
import { concat, sliceAxis } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'

/** What each member of a batch is of. */
export interface Labels {
  /** i32 [batch]: 0 ... classes - 1. */
  readonly indices: Tensor
  /** How many classes there are. */
  readonly classes: number
}

/** What layers are given of them. */
export const givenOf = (labels: Labels | null): Variables => (labels ? { class: labels.indices } : {})

/** What layers are told of them before there are any. */
export const givenFieldsOf = (condition: { readonly classes: number } | undefined): Fields =>
  condition ? { class: classField(condition.classes) } : {}

/** What goes round between data, prior and players: samples, latents or scores, [batch, ...], with their classes. */
export interface Labeled {
  /** One after the other. */
  readonly values: Tensor
  /** The class of each; null in games without classes. */
  readonly labels: Labels | null
}

/** The members of one batch and then those of another. */
export const joined = (a: Labeled, b: Labeled): Labeled => ({
  values: concat([a.values, b.values]),
  labels:
    a.labels && b.labels ? { indices: concat([a.labels.indices, b.labels.indices]), classes: a.labels.classes } : null,
})

/** `count` members from `first` on. */
export const sliced = ({ values, labels }: Labeled, first: number, count: number): Labeled => ({
  values: sliceAxis(values, 0, first, count),
  labels: labels && { ...labels, indices: sliceAxis(labels.indices, 0, first, count) },
})
