import { isImageShape } from '../../data/source.ts'
import type { ImageShape } from '../../data/source.ts'
import type { ModelFacts } from './report-facts.ts'

/** A model whose samples are images. */
interface ImageModel extends ModelFacts {
  readonly shape: ImageShape
  readonly range: readonly [low: number, high: number]
}

const makesImages = (model: ModelFacts): model is ImageModel => isImageShape(model.shape) && model.range !== null

/** How latents come about, in both languages; `z` is what the model takes. */
interface LatentCode<Model> {
  readonly javascript: (model: Model) => readonly string[]
  readonly python: (model: Model) => readonly string[]
  /** What else is to be known. */
  readonly note: string
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1)

/** The code that adds a number and multiplies by another, without what would change nothing. */
const scaled = (values: string, added: number, factor: number): string =>
  `${added === 0 ? values : `(${values}${plus(added)})`}${factor === 1 ? '' : ` * ${factor}`}`

/** ' + 1', ' - 1' or nothing. */
const plus = (value: number): string => (value === 0 ? '' : value < 0 ? ` - ${-value}` : ` + ${value}`)

const drawn = (javascript: string, python: (shape: string) => string, note: string): LatentCode<ModelFacts> => ({
  javascript: ({ latent }) => [
    javascript,
    `const latent = Float32Array.from({ length: ${sizeOf(latent)} }, draw)`,
    `const z = new ort.Tensor('float32', latent, [1, ${latent.join(', ')}])`,
  ],
  python: ({ latent }) => [`z = ${python(`1, ${latent.join(', ')}`)}.astype(np.float32)`],
  note,
})

/** Latents that are drawn, whatever comes of them. */
const drawnLatents: Readonly<Record<string, LatentCode<ModelFacts>>> = {
  normal: drawn(
    'const draw = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())',
    (shape) => `np.random.randn(${shape})`,
    'Latents are standard normal numbers.',
  ),
  uniform: drawn(
    'const draw = () => 2 * Math.random() - 1',
    (shape) => `np.random.uniform(-1, 1, (${shape}))`,
    'Latents are numbers from -1 to 1, all equally likely.',
  ),
}

const imageLatents: Readonly<Record<string, LatentCode<ImageModel>>> = {
  ...drawnLatents,
  corruptedData: {
    javascript: ({ shape: [height, width, channels], range: [low, high] }) => [
      `const photo = sharp('spoiled.png').removeAlpha().toColourspace('${channels === 1 ? 'b-w' : 'srgb'}')`,
      `const bytes = await photo.resize(${width}, ${height}, { fit: 'fill' }).raw().toBuffer()`,
      `const latent = Float32Array.from(bytes, (byte) => ${scaled('byte / 255', 0, high - low)}${plus(low)})`,
      `const z = new ort.Tensor('float32', latent, [1, ${height}, ${width}, ${channels}])`,
    ],
    python: ({ shape: [height, width, channels], range: [low, high] }) => [
      `photo = Image.open('spoiled.png').convert('${channels === 1 ? 'L' : 'RGB'}').resize((${width}, ${height}))`,
      `z = (${scaled('np.asarray(photo, np.float32) / 255', 0, high - low)}${plus(low)}).reshape(1, ${height}, ${width}, ${channels})`,
    ],
    note: 'What it takes is an image that is to be mended, here spoiled.png.',
  },
}

/** How a class is asked for, and how all that the model takes is handed over. */
function labelCode({ classes }: ModelFacts) {
  const [javascriptInputs, pythonInputs] = ['{ z }', "{'z': z}"]
  if (classes === null) return { javascript: [], javascriptInputs, python: [], pythonInputs }
  return {
    javascript: ["const label = new ort.Tensor('int64', BigInt64Array.of(0n), [1])"],
    javascriptInputs: '{ z, label }',
    python: ['label = np.array([0], np.int64)'],
    pythonInputs: "{'z': z, 'label': label}",
  }
}

/** What a latent is; for a prior that this table does not know, where to read on. */
export const latentNote = ({ prior }: ModelFacts): string =>
  Object.hasOwn(imageLatents, prior) ? imageLatents[prior].note : `Its latents come from the prior "${prior}".`

/** The same in two languages. */
interface Programs {
  readonly javascript: string
  readonly python: string
}

/** A program that draws one sample, for the prior of a model; null where it is not known. */
export function programs(model: ModelFacts): Programs | null {
  if (makesImages(model)) {
    return Object.hasOwn(imageLatents, model.prior) ? imagePrograms(model, imageLatents[model.prior]) : null
  }
  return Object.hasOwn(drawnLatents, model.prior) ? pointPrograms(model, drawnLatents[model.prior]) : null
}

const pointPrograms = (model: ModelFacts, { javascript, python }: LatentCode<ModelFacts>): Programs => ({
  javascript: [
    '// npm install onnxruntime-node',
    "import * as ort from 'onnxruntime-node'",
    "const session = await ort.InferenceSession.create('generator.onnx')",
    ...javascript(model),
    ...labelCode(model).javascript,
    `const { points } = await session.run(${labelCode(model).javascriptInputs})`,
    'console.log(points.data)',
  ].join('\n'),
  python: [
    '# pip install onnxruntime',
    'import numpy as np',
    'import onnxruntime',
    "session = onnxruntime.InferenceSession('generator.onnx')",
    ...python(model),
    ...labelCode(model).python,
    `[points] = session.run(['points'], ${labelCode(model).pythonInputs})`,
    'print(points)',
  ].join('\n'),
})

/** Saves the image. */
function imagePrograms(model: ImageModel, { javascript, python }: LatentCode<ImageModel>): Programs {
  const { shape, range } = model
  const [height, width, channels] = shape
  const [low, high] = range
  const levelsOf = (values: string) => scaled(values, -low, 255 / (high - low))
  const place = `(at % ${channels}) * ${height * width} + Math.floor(at / ${channels})`
  return {
    javascript: [
      '// npm install onnxruntime-node sharp',
      "import * as ort from 'onnxruntime-node'",
      "import sharp from 'sharp'",
      "const session = await ort.InferenceSession.create('generator.onnx')",
      ...javascript(model),
      ...labelCode(model).javascript,
      `const { images } = await session.run(${labelCode(model).javascriptInputs})`,
      `const levels = images.data.map((value) => ${levelsOf('value')})`,
      `const pixels = Uint8ClampedArray.from(levels${channels === 1 ? '' : `, (_, at) => levels[${place}]`})`,
      `await sharp(pixels, { raw: { width: ${width}, height: ${height}, channels: ${channels} } }).toFile('sample.png')`,
    ].join('\n'),
    python: [
      '# pip install onnxruntime pillow',
      'import numpy as np',
      'import onnxruntime',
      'from PIL import Image',
      "session = onnxruntime.InferenceSession('generator.onnx')",
      ...python(model),
      ...labelCode(model).python,
      `[images] = session.run(['images'], ${labelCode(model).pythonInputs})`,
      `pixels = np.clip(${levelsOf('images[0].transpose(1, 2, 0)')}, 0, 255).round().astype(np.uint8)`,
      `Image.fromarray(pixels${channels === 1 ? '[:, :, 0]' : ''}).save('sample.png')`,
    ].join('\n'),
  }
}
