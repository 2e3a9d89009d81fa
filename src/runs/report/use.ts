import type { ModelFacts } from './facts.ts'

/** How latents come about, in both languages; `z` is what the model takes. */
interface LatentCode {
  readonly javascript: (model: ModelFacts) => readonly string[]
  readonly python: (model: ModelFacts) => readonly string[]
  /** What else is to be known. */
  readonly note: string
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1)

/** The code that adds a number and multiplies by another, without what would change nothing. */
const scaled = (values: string, added: number, factor: number): string =>
  `${added === 0 ? values : `(${values}${plus(added)})`}${factor === 1 ? '' : ` * ${factor}`}`

/** ' + 1', ' - 1' or nothing. */
const plus = (value: number): string => (value === 0 ? '' : value < 0 ? ` - ${-value}` : ` + ${value}`)

const drawn = (javascript: string, python: (shape: string) => string, note: string): LatentCode => ({
  javascript: ({ latent }) => [
    javascript,
    `const latent = Float32Array.from({ length: ${sizeOf(latent)} }, draw)`,
    `const z = new ort.Tensor('float32', latent, [1, ${latent.join(', ')}])`,
  ],
  python: ({ latent }) => [`z = ${python(`1, ${latent.join(', ')}`)}.astype(np.float32)`],
  note,
})

const latents: Readonly<Record<string, LatentCode>> = {
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

/** What a latent is; for a prior that this table does not know, where to read on. */
export const latentNote = ({ prior }: ModelFacts): string =>
  Object.hasOwn(latents, prior) ? latents[prior].note : `Its latents come from the prior "${prior}".`

/** A program that draws one image and saves it, for the prior of a model; null where it is not known. */
export function programs(model: ModelFacts): { readonly javascript: string; readonly python: string } | null {
  if (!Object.hasOwn(latents, model.prior)) return null
  const { javascript, python } = latents[model.prior]
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
      'const { images } = await session.run({ z })',
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
      "[images] = session.run(['images'], {'z': z})",
      `pixels = np.clip(${levelsOf('images[0].transpose(1, 2, 0)')}, 0, 255).round().astype(np.uint8)`,
      `Image.fromarray(pixels${channels === 1 ? '[:, :, 0]' : ''}).save('sample.png')`,
    ].join('\n'),
  }
}
