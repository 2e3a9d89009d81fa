import { toBinary } from '@bufbuild/protobuf'
import { AttributeProtoSchema } from './generated/onnx_pb.ts'
import type { AttributeProto, NodeProto, TensorProto } from './generated/onnx_pb.ts'
import { nodeMessage, rawBytes, tensorMessage } from './messages.ts'
import type { OnnxType } from './messages.ts'

/** A value of the graph: an input, an initializer or what an operator gives. Named when the graph is finished. */
export interface Handle {
  /** Its name, or for others than inputs what a number is appended to where another value has the name already. */
  readonly label: string
}

/** Numbers that a model brings with it, row-major. */
export interface Numbers {
  readonly type: OnnxType
  readonly shape: readonly number[]
  readonly rawData: Uint8Array
}

/** Nodes and initializers of an ONNX graph under construction. */
export interface GraphBuilder {
  /**
   * An operator with one output, in place of equal ones that come later; operators are added inputs before users. Inputs that it
   * may do without can be null.
   */
  operator(
    path: string,
    type: string,
    inputs: readonly (Handle | null)[],
    attributes?: readonly AttributeProto[],
  ): Handle
  initializer(label: string, numbers: Numbers): Handle
  /** What an initializer is after a movement, which goes by this name; null where only running tells the numbers. */
  moved(handle: Handle, name: string, move: (numbers: Numbers) => Numbers): Handle | null
  /** Numbers that become part of the model; equal ones are kept once, under the first label. */
  constant(label: string, type: OnnxType, shape: readonly number[], numbers: readonly number[]): Handle
  /** Whether only running tells the numbers. */
  isComputed(handle: Handle): boolean
  /** Everything that the outputs need, and nothing else. */
  finish(inputs: readonly Handle[], outputs: readonly Output[]): { node: NodeProto[]; initializer: TensorProto[] }
}

interface Output {
  readonly name: string
  readonly handle: Handle
}

interface Node {
  readonly type: string
  readonly inputs: readonly (Handle | null)[]
  readonly output: Handle
  readonly attributes: readonly AttributeProto[]
}

export function graphBuilder(): GraphBuilder {
  const nodes: Node[] = []
  const initializers = new Map<Handle, Numbers>()
  const known = new Map<string, Handle>()
  const places = new Map<Handle, number>()

  function initializer(label: string, numbers: Numbers): Handle {
    const handle = { label }
    initializers.set(handle, numbers)
    return handle
  }

  /** The same for equal descriptions. */
  function once(description: string, make: () => Handle): Handle {
    const handle = known.get(description) ?? make()
    known.set(description, handle)
    return handle
  }

  function placeOf(handle: Handle | null): number | null {
    if (handle === null) return null
    const place = places.get(handle) ?? places.size
    places.set(handle, place)
    return place
  }

  return {
    initializer,
    moved(handle, name, move) {
      const numbers = initializers.get(handle)
      return numbers === undefined
        ? null
        : once(`${placeOf(handle)} ${name}`, () => initializer(handle.label, move(numbers)))
    },
    isComputed: (handle) => !initializers.has(handle),
    constant(label, type, shape, numbers) {
      const rawData = rawBytes(type, numbers)
      return once(`${type} ${shape.join()} ${rawData.join()}`, () => initializer(label, { type, shape, rawData }))
    },
    operator(path, type, inputs, attributes = []) {
      const written = attributes.map((attribute) => toBinary(AttributeProtoSchema, attribute).join())
      return once([type, ...inputs.map(placeOf), ...written].join(' '), () => {
        const output = { label: path === '' ? type : `${path}/${type}` }
        nodes.push({ type, inputs, output, attributes })
        return output
      })
    },
    finish(inputs, outputs) {
      const needed = new Set(outputs.map(({ handle }) => handle))
      for (const node of nodes.toReversed())
        if (needed.has(node.output)) node.inputs.forEach((input) => input && needed.add(input))
      const written = nodes.filter(({ output }) => needed.has(output))
      const computed = new Set(written.map(({ output }) => output))

      const nameOf = naming(
        inputs,
        outputs.filter(({ handle }) => computed.has(handle)),
        outputs.map(({ name }) => name),
      )
      const node = written.map(({ type, inputs: from, output, attributes }) =>
        nodeMessage(
          type,
          from.map((input) => (input === null ? '' : nameOf(input))),
          nameOf(output),
          attributes,
        ),
      )
      // What is an input, a weight or another output as well is copied.
      const copied = outputs.filter(({ name, handle }) => nameOf(handle) !== name)
      const copies = copied.map(({ name, handle }) => nodeMessage('Identity', [nameOf(handle)], name, []))
      const kept = [...initializers].filter(([handle]) => needed.has(handle))
      return {
        node: [...node, ...copies],
        initializer: kept.map(([handle, { type, shape, rawData }]) =>
          tensorMessage(nameOf(handle), type, shape, rawData),
        ),
      }
    },
  }
}

/** Names values as they are asked for: inputs and computed outputs by their own names, others by labels made unique. */
function naming(
  inputs: readonly Handle[],
  outputs: readonly Output[],
  reserved: readonly string[],
): (handle: Handle) => string {
  const own = [...inputs.map((handle) => ({ handle, name: handle.label })), ...outputs]
  const names = new Map(own.map(({ handle, name }) => [handle, name]))
  const taken = new Set([...names.values(), ...reserved])
  return (handle) => {
    const known = names.get(handle)
    if (known !== undefined) return known
    let name = handle.label
    for (let number = 2; taken.has(name); number++) name = `${handle.label}_${number}`
    taken.add(name)
    names.set(handle, name)
    return name
  }
}
