import type { Safetensors, StoredTensor } from '../../files/safetensors.ts'
import type { Trainer } from '../../gan/training/trainer.ts'
import { write } from '../../runtime/device.ts'
import type { Variable } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { sameShape } from '../../tensor/shape.ts'

/** What a run begins with from another run. */
export interface FirstWeights {
  /** The folder of the other run. */
  readonly run: string
  /** Of its checkpoint. */
  readonly step: number
  /** How many tensors of the game's state were taken. */
  readonly taken: number
  /** How many there are to take. */
  readonly all: number
  /** Parts of the state ('generator') of which not all was taken, each with how many of its tensors were not. */
  readonly left: Readonly<Record<string, number>>
}

/** What a run has of its own: how far it is, and what its optimizers remember of earlier gradients. */
const own: readonly string[] = ['seed', 'step', 'epoch', 'position', 'optimizers']

const partOf = (name: string): string => name.split('.', 1)[0]

/** What fits of another run's state: the tensors of the same name, type and shape, but for progress and optimizers. */
function fittingTensors(
  variables: Trainer['variables'],
  tensors: Safetensors['tensors'],
): { readonly fitting: ReadonlyMap<string, StoredTensor>; readonly left: readonly string[] } {
  const wanted = [...variables].filter(([name]) => !own.includes(partOf(name)))
  const found = wanted.flatMap(([name, variable]): [string, StoredTensor][] => {
    const stored = tensors.get(name)
    return stored !== undefined && fits(stored, variable) ? [[name, stored]] : []
  })
  const fitting = new Map(found)
  return { fitting, left: wanted.map(([name]) => name).filter((name) => !fitting.has(name)) }
}

const fits = ({ dtype, shape }: StoredTensor, { tensor }: Variable): boolean =>
  dtype === tensor.dtype && sameShape(shape, tensor.shape)

/** Gives a trainer in its first state what fits of another run. Throws a UserError where nothing does. */
export function takeTensors(
  { device, variables }: Trainer,
  { run, step, tensors }: { readonly run: string; readonly step: number; readonly tensors: Safetensors['tensors'] },
): FirstWeights & { readonly fitting: ReadonlyMap<string, StoredTensor> } {
  const { fitting, left } = fittingTensors(variables, tensors)
  if (fitting.size === 0) {
    throw new UserError(
      `No weights of the run in ${run} fit this one: no tensor has the same name and shape; name a run of the same or a similar recipe and sample size.`,
    )
  }
  for (const [name, { values }] of fitting) {
    const variable = variables.get(name)
    if (variable !== undefined) write(device, variable, values)
  }
  const counts: Record<string, number> = {}
  for (const part of left.map(partOf)) counts[part] = (counts[part] ?? 0) + 1
  return { run, step, taken: fitting.size, all: fitting.size + left.length, left: counts, fitting }
}
