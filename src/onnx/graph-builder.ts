import type { AttributeProto, NodeProto, TensorProto } from './generated/onnx_pb.ts'
import { nodeMessage, rawBytes, tensorMessage } from './messages.ts'
import type { OnnxType } from './messages.ts'

/** A value of the graph: an input, an initializer or what an operator gives. Named when the graph is finished. */
export interface Handle {
  /** Its name, or for others than inputs what a number is appended to where another value has the name already. */
  readonly label: string
}

/** Nodes and initializers of an ONNX graph under construction. */
export interface GraphBuilder {
  /** An operator with one output; operators are added inputs before users. */
  operator(path: string, type: string, inputs: readonly Handle[], attributes?: readonly AttributeProto[]): Handle
  initializer(label: string, type: OnnxType, shape: readonly number[], rawData: Uint8Array): Handle
  /** Numbers that become part of the model; equal ones are kept once, under the first label. */
  constant(label: string, type: OnnxType, shape: readonly number[], numbers: readonly number[]): Handle
  /** Everything that the outputs need, and nothing else. */
  finish(inputs: readonly Handle[], outputs: readonly Output[]): { node: NodeProto[]; initializer: TensorProto[] }
}

interface Output {
  readonly name: string
  readonly handle: Handle
}

interface Node {
  readonly type: string
  readonly inputs: readonly Handle[]
  readonly output: Handle
  readonly attributes: readonly AttributeProto[]
}

export function graphBuilder(): GraphBuilder {
  const nodes: Node[] = []
  const initializers = new Map<Handle, (name: string) => TensorProto>()
  const constants = new Map<string, Handle>()

  function initializer(label: string, type: OnnxType, shape: readonly number[], rawData: Uint8Array): Handle {
    const handle = { label }
    initializers.set(handle, (name) => tensorMessage(name, type, shape, rawData))
    return handle
  }

  return {
    initializer,
    constant(label, type, shape, numbers) {
      const rawData = rawBytes(type, numbers)
      const key = `${type} ${shape.join()} ${rawData.join()}`
      const handle = constants.get(key) ?? initializer(label, type, shape, rawData)
      constants.set(key, handle)
      return handle
    },
    operator(path, type, inputs, attributes = []) {
      const output = { label: path === '' ? type : `${path}/${type}` }
      nodes.push({ type, inputs, output, attributes })
      return output
    },
    finish(inputs, outputs) {
      const needed = new Set(outputs.map(({ handle }) => handle))
      for (const node of nodes.toReversed())
        if (needed.has(node.output)) node.inputs.forEach((input) => needed.add(input))
      const written = nodes.filter(({ output }) => needed.has(output))
      const computed = new Set(written.map(({ output }) => output))

      const nameOf = naming(
        inputs,
        outputs.filter(({ handle }) => computed.has(handle)),
        outputs.map(({ name }) => name),
      )
      const node = written.map(({ type, inputs: from, output, attributes }) =>
        nodeMessage(type, from.map(nameOf), nameOf(output), attributes),
      )
      // What is an input, a weight or another output as well is copied.
      const copied = outputs.filter(({ name, handle }) => nameOf(handle) !== name)
      const copies = copied.map(({ name, handle }) => nodeMessage('Identity', [nameOf(handle)], name, []))
      const kept = [...initializers].filter(([handle]) => needed.has(handle))
      return { node: [...node, ...copies], initializer: kept.map(([handle, message]) => message(nameOf(handle))) }
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
