import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImageSource } from '../../src/data/source.ts'
import { TensorProto_DataLocation } from '../../src/onnx/generated/onnx_pb.ts'
import { openFeatures, readFeatures } from '../../src/features/open-features-node.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { bytesOfModel, changed, node, weight } from '../onnx/read/hand-made.ts'
import type { HandMade } from '../onnx/read/hand-made.ts'

const folder = mkdtempSync(join(tmpdir(), 'forger-sight-'))
const device = createDevice(inlineEngine(), { strict: true })
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await device.engine.close()
})

const network: HandMade = {
  inputs: { x: { shape: ['batch', 1, 6, 6] } },
  nodes: [
    node('Conv', ['x', 'w'], 'map'),
    node('GlobalAveragePool', ['map'], 'pool'),
    node('Relu', ['map'], 'relu'),
    node('GlobalMaxPool', ['relu'], 'most'),
  ],
  tables: [weight('w', [4, 1, 3, 3], 1)],
  outputs: { most: 'f32' },
}

const source: ImageSource = {
  kind: 'images',
  name: 'noise',
  images: Uint8Array.from({ length: 5 * 36 }, (_, i) => (i * 7919) % 256),
  count: 5,
  shape: [6, 6, 1],
  labels: null,
  classes: null,
  notes: [],
  fingerprint: () => 'noise',
}

/** What such a file makes of some images. */
async function featuresOf(file: string, output?: string): Promise<number[]> {
  const wanted = await readFeatures(join(folder, file), { range: 'unit', ...(output === undefined ? {} : { output }) })
  const { extractor: space } = await openFeatures(device, source, null, wanted, () => {})
  const values = Float32Array.from(source.images, (byte) => byte / 255)
  const { values: features } = await space.features({ values, count: 5, shape: [6, 6, 1] })
  return Array.from(features)
}

/** The network with its weights in a file of that name. */
const withWeightsIn = (location: string) =>
  changed(network, ({ graph }) => {
    const [table] = graph?.initializer ?? []
    writeFileSync(join(folder, 'weights.data'), table.rawData)
    table.rawData = new Uint8Array(0)
    table.dataLocation = TensorProto_DataLocation.EXTERNAL
    table.externalData.push({ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: location })
  })

describe('a feature network in a file', () => {
  it('brings weights from a file beside it', async () => {
    writeFileSync(join(folder, 'whole.onnx'), bytesOfModel(network))
    writeFileSync(join(folder, 'parted.onnx'), withWeightsIn('weights.data'))
    const expected = await featuresOf('whole.onnx')
    expect(new Set(expected).size).toBeGreaterThan(10)
    expect(await featuresOf('parted.onnx')).toEqual(expected)
  })

  it('says which file is missing, and reads none elsewhere', async () => {
    writeFileSync(join(folder, 'lost.onnx'), withWeightsIn('absent.data'))
    await expect(featuresOf('lost.onnx')).rejects.toThrow(/Cannot read .*absent\.data: it does not exist\.$/)
    writeFileSync(join(folder, 'sly.onnx'), withWeightsIn('../weights.data'))
    await expect(featuresOf('sly.onnx')).rejects.toThrow('which is not beside the model')
  })

  it('gives the value that was asked for', async () => {
    writeFileSync(join(folder, 'whole.onnx'), bytesOfModel(network))
    const [means, most] = [await featuresOf('whole.onnx', 'pool'), await featuresOf('whole.onnx')]
    means.forEach((mean, i) => expect(mean).toBeLessThan(most[i]))
    await expect(featuresOf('whole.onnx', 'nothing')).rejects.toThrow(/nothing/)
  })
})
