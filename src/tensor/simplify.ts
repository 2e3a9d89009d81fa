import { isCommutative } from './simplify/elementwise.ts'
import { uniformValue } from './simplify/match.ts'
import { rewrite } from './simplify/rules.ts'
import { isKind, makeTensor } from './tensor.ts'
import type { Tensor } from './tensor.ts'

/**
 * Tensors of the same values from less work: every subexpression once, constants computed, nothing that is not needed,
 * and the rules of simplify/rules.ts applied until none fits. Inputs stay the same objects; derivatives must have been
 * taken before, because stopGradient disappears. Infinities and the sign of zero may come out otherwise where a rule says
 * so, and the last digits where factors are joined.
 */
export function simplify(outputs: readonly Tensor[]): Tensor[] {
  const shared = sharing()
  /** The next better form of a tensor; a tensor that is its own next is as simple as it gets. */
  const nexts = new Map<Tensor, Tensor>()
  const results = new Map<Tensor, Tensor>()
  const simplest = (tensor: Tensor): Tensor => results.get(tensor) ?? tensor

  const next = (tensor: Tensor): Tensor => {
    const known = nexts.get(tensor)
    if (known !== undefined) return known
    const node = shared(tensor, tensor.inputs.map(simplest))
    const better = node === tensor ? (rewrite(tensor) ?? tensor) : node
    if (better !== tensor && nexts.has(better) && !results.has(better)) {
      throw new Error(`The rules of simplify turn in a circle at ${better.primitive.kind} of ${better.path}`)
    }
    nexts.set(tensor, better)
    return better
  }

  // A stack of its own, so that deep graphs are fine.
  const pending = outputs.toReversed()
  while (pending.length > 0) {
    const tensor = pending[pending.length - 1]
    const unknown = tensor.inputs.filter((input) => !results.has(input))
    if (unknown.length > 0) {
      pending.push(...unknown.toReversed())
      continue
    }
    const better = next(tensor)
    if (better !== tensor && !results.has(better)) {
      pending.push(better)
      continue
    }
    results.set(tensor, simplest(better))
    pending.pop()
  }
  return outputs.map(simplest)
}

/** Gives equal computations of equal inputs as one tensor. */
function sharing(): (tensor: Tensor, inputs: readonly Tensor[]) => Tensor {
  const known = new Map<string, Tensor>()
  const numbers = new Map<Tensor, number>()
  const numberOf = (tensor: Tensor): number => {
    const number = numbers.get(tensor) ?? numbers.size
    numbers.set(tensor, number)
    return number
  }
  return (tensor, inputs) => {
    // Two inputs of one name are two inputs.
    if (isKind(tensor, 'input')) return tensor
    const { primitive, shape, dtype, path } = tensor
    const commutes = isCommutative(tensor)
    const ids = inputs.map(numberOf)
    const key = written([...Object.values(primitive), commutes ? ids.toSorted((a, b) => a - b) : ids, shape, dtype])
    const same = known.get(key)
    if (same !== undefined) return same
    const ordered = commutes && uniformValue(inputs[0]) !== null ? inputs.toReversed() : inputs
    const changed = ordered.some((input, index) => input !== tensor.inputs[index])
    const node = changed ? makeTensor(primitive, ordered, shape, dtype, path) : tensor
    known.set(key, node)
    return node
  }
}

/** A key for numbers, names and lists of them; 0 and -0 are two numbers. */
const written = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(written).join(' ')}]` : Object.is(value, -0) ? '-0' : String(value)
