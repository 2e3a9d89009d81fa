import { createHash } from 'node:crypto'
import { encodeSafetensors } from '../../files/safetensors.ts'
import type { Safetensors, StoredTensor } from '../../files/safetensors.ts'
import type { Trainer } from '../../gan/training/trainer.ts'
import { UserError } from '../../tensor/errors.ts'
import { readRunCheckpoint } from '../folder/run-checkpoint-node.ts'
import { originText, parseOrigin } from '../options/weights-origin.ts'
import { takeTensors } from './first-weights.ts'
import type { FirstWeights } from './first-weights.ts'

/** The state of another run, read but not taken yet. */
export interface ReadWeights {
  /** The folder of the other run. */
  readonly run: string
  /** Of its checkpoint. */
  readonly step: number
  readonly tensors: Safetensors['tensors']
  /** The hash that what is taken must have; null where it may have any. */
  readonly hash: string | null
}

/** Reads the checkpoint that the option `from` names; null without one. Throws a UserError where there is no such run or checkpoint. */
export async function readWeights(from: string | undefined): Promise<ReadWeights | null> {
  if (from === undefined) return null
  const { path, step, hash } = parseOrigin(from)
  const { tensors, facts } = (await readRunCheckpoint(path, step ?? undefined)).checkpoint
  return { run: path, step: facts.step, tensors, hash }
}

/**
 * Gives a trainer in its first state what fits of another run, and the option `from` as a record keeps it: RUN@STEP:HASH. Throws a
 * UserError where nothing fits, or the hash is another one.
 */
export function takeWeights(
  trainer: Trainer,
  weights: ReadWeights,
): { readonly from: string; readonly first: FirstWeights } {
  const { fitting, ...first } = takeTensors(trainer, weights)
  const { run, step } = weights
  const hash = hashOf(fitting)
  if (weights.hash !== null && weights.hash !== hash) {
    throw new UserError(
      `The weights of step ${step} in ${run} are not those that were taken before (hash ${weights.hash}, now ${hash}); say --from ${run}@${step} to take these.`,
    )
  }
  return { from: originText({ path: run, step, hash }), first }
}

/** Of names, types, shapes and values. */
const hashOf = (tensors: ReadonlyMap<string, StoredTensor>): string =>
  createHash('sha256')
    .update(encodeSafetensors({ tensors, metadata: {} }))
    .digest('hex')
    .slice(0, 16)
