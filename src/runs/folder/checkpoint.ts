import { decodeSafetensors, encodeSafetensors } from '../../files/safetensors.ts'
import type { Safetensors, StoredTensor } from '../../files/safetensors.ts'
import type { Trainer } from '../../gan/training/trainer.ts'
import { dotted, isGroup } from '../../recipes/read-settings.ts'
import { read, write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { sameShape } from '../../tensor/shape.ts'
import { showShape } from '../../tensor/tensor.ts'
import { stepOf } from './run-files.ts'

/** What a checkpoint says of itself, beside the state. Nothing of it depends on when or where it was written. */
export interface CheckpointFacts {
  readonly step: number
  /** How often training had broken down before, and the learning rate had been halved; `setbacks` in the file. */
  readonly rollbacks: number
  /** Everything that decides the bytes of the run; see identityOf. */
  readonly run: string
}

const format = 'forger checkpoint 1'

/** A checkpoint that was read. */
export type Checkpoint = Safetensors & { readonly facts: CheckpointFacts }

/** The whole state of a trainer, under the dotted names of its variables. */
export const tensorsOf = ({ device, variables }: Pick<Trainer, 'device' | 'variables'>): Map<string, StoredTensor> =>
  new Map(
    [...variables].map(([name, variable]): [string, StoredTensor] => {
      const { dtype, shape } = variable.tensor
      return [name, { dtype, shape, values: read(device, variable) }]
    }),
  )

/** The whole state of a trainer: safetensors, under the dotted names of its variables. */
export function encodeCheckpoint(trainer: Pick<Trainer, 'device' | 'variables'>, facts: CheckpointFacts): Uint8Array {
  const { step, rollbacks, run } = facts
  return encodeSafetensors({
    tensors: tensorsOf(trainer),
    metadata: { format, step: String(step), setbacks: String(rollbacks), run },
  })
}

/**
 * A checkpoint from its bytes, after it has been held to what its name and its run say. Throws a UserError where it is no
 * whole checkpoint of this run.
 */
export function decodeCheckpoint(bytes: Uint8Array, path: string, run: string): Checkpoint {
  const file = decode(bytes, path)
  const { metadata } = file
  if (metadata.format !== format) throw new UserError(`${path} is no checkpoint of Forger; it belongs somewhere else.`)
  if (metadata.run !== run)
    throw new UserError(`${path} belongs to another run: ${firstDifference(fromJson(metadata.run), fromJson(run))}.`)
  const [step, rollbacks] = [Number(metadata.step), Number(metadata.setbacks)]
  if (!(isCount(step) && isCount(rollbacks) && step === file.tensors.get('step')?.values[0])) {
    throw new UserError(`${path} contradicts itself on how many steps it has seen; ${wayOut}`)
  }
  if (step !== stepOf(path.slice(path.lastIndexOf('/') + 1))) {
    throw new UserError(`${path} holds step ${step}; give it the name that says so, or delete it.`)
  }
  return { ...file, facts: { step, rollbacks, run } }
}

/** Checkpoints are written whole: something else has harmed it. What is lost with it can be trained again. */
const wayOut = 'delete it, and the run goes on from the checkpoint before it.'

function decode(bytes: Uint8Array, path: string): Safetensors {
  try {
    return decodeSafetensors(bytes, path)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(error.message.replace(/\.$/, `; ${wayOut}`), { cause: error })
  }
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** Gives variables their values of a checkpoint, by their names: all of them or, with a UserError, none. */
export function restore(
  device: Device,
  variables: ReadonlyMap<string, Variable>,
  tensors: Safetensors['tensors'],
  path: string,
): void {
  for (const [name, { tensor }] of variables) {
    const stored = tensors.get(name)
    if (stored === undefined) throw new UserError(`${path} has no ${name}, which this run needs; ${wayOut}`)
    if (stored.dtype !== tensor.dtype || !sameShape(stored.shape, tensor.shape)) {
      throw new UserError(
        `${path} holds ${name} as ${stored.dtype}${showShape(stored.shape)}, but this run has ${tensor.dtype}${showShape(tensor.shape)}; ${wayOut}`,
      )
    }
  }
  for (const [name, variable] of variables) write(device, variable, tensors.get(name)?.values ?? [])
}

/** Gives a trainer the whole state of a checkpoint. */
export function restoreState({ device, variables }: Trainer, tensors: Safetensors['tensors'], path: string): void {
  const stranger = [...tensors.keys()].find((name) => !variables.has(name))
  if (stranger !== undefined) throw new UserError(`${path} holds ${stranger}, which this run does not know; ${wayOut}`)
  restore(device, variables, tensors, path)
}

/** Two descriptions of a run: what the first difference is, in words. */
function firstDifference(theirs: unknown, ours: unknown, path: readonly string[] = []): string {
  if (isGroup(theirs) && isGroup(ours)) {
    const name = Object.keys(ours).find((key) => JSON.stringify(theirs[key]) !== JSON.stringify(ours[key]))
    if (name !== undefined) return firstDifference(theirs[name], ours[name], [...path, name])
  }
  if (path.length === 0) return 'it was written for other options'
  return `its ${dotted(path)} is ${JSON.stringify(theirs) ?? 'not given'}, this run's is ${JSON.stringify(ours)}`
}

function fromJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
