import type { Access, Nest, Producer, Value } from './nest.ts'

/** A kernel as text: what is produced for each point, the elementwise work on it, and what is stored where. */
export function printNest({ name, space, producer, body }: Nest): string {
  const lines = body.values.map((value, index) => `  v${index} = ${printValue(value)}`)
  const stores = body.stores.map(({ value, access }) => `  ${printAccess(access)} <- v${value}`)
  return [
    `${name} over [${space.join(', ')}]`,
    ...(producer ? [`  produced = ${printProducer(producer)}`] : []),
    ...lines,
    ...stores,
  ].join('\n')
}

const printAccess = ({ block, offset, strides }: Access): string => {
  const walk = strides
    .map((stride, axis) => (stride === 0 ? '' : `${stride === 1 ? '' : stride}${axes[axis]}`))
    .filter((term) => term !== '')
  const index = [...(offset === 0 && walk.length > 0 ? [] : [String(offset)]), ...walk].join('+')
  return `${block.name}[${index}]`
}

const axes = ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p']

function printValue(value: Value): string {
  switch (value.kind) {
    case 'load':
      return printAccess(value.access)
    case 'constant':
      return String(value.value)
    case 'produced':
      return 'produced'
    case 'apply': {
      const operands = value.inputs.map((input) => `v${input}`)
      return `${value.name}(${[...operands, ...(value.parameter === 0 ? [] : [value.parameter])].join(', ')})`
    }
  }
}

function printProducer(producer: Producer): string {
  switch (producer.kind) {
    case 'contract':
      return `sum over ${producer.k.join(' x ')} of ${printAccess(producer.a)} * ${printAccess(producer.b)}`
    case 'points':
      return `points of ${printAccess(producer.kernel)}`
    case 'winograd': {
      const points = producer.directions.map(({ transforms }) => transforms.data.length).join(' x ')
      return `${points} points of ${printAccess(producer.data)} * ${producer.filter.block.name}`
    }
    case 'reduce':
      return `${producer.name} over [${producer.reduced.join(', ')}] of ${producer.input.map(printValue).join('; ')}`
    case 'argmax':
      return `argmax over ${producer.columns} of ${printAccess(producer.input)}`
    case 'gather':
      return `row ${printAccess(producer.indices)} of ${producer.table.block.name}`
    case 'scatterAdd':
      return `sum of the ${producer.updateRows} rows of ${producer.updates.block.name} by ${producer.indices.block.name}`
    case 'random':
      return `${producer.distribution} numbers of stream ${producer.stream}`
    case 'shuffle':
      return `shuffled 0 ... ${producer.total - 1}`
  }
}
