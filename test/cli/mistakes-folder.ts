/** The folder in which the mistakes of mistakes.txt are made: files and runs that came to harm, each named for what it is. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { idxBytes } from '../data/idx-bytes.ts'
import { npyBytes } from '../data/npy-bytes.ts'
import { safetensorsBytes } from '../files/safetensors-bytes.ts'
import { writeImages } from './forger.ts'

/** Trains the runs that everything is tried on: two that differ in their seed, and one that can be judged. */
export const trainings = [
  'train --options small.yaml --out run',
  'train --options small.yaml --out other --seed 9',
  'train --options small.yaml --out judged --data idx:many.idx --hold-out 150',
]

/** Writes all files that do not come of a run. */
export function writeFiles(folder: string): void {
  writeImages(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  mkdirSync(join(folder, 'empty'))
  mkdirSync(join(folder, 'no-file/options.json'), { recursive: true })
  symlinkSync('nowhere', join(folder, 'link'))
}

/** Makes copies of `run`, each with its harm. */
export function harmRuns(folder: string): void {
  for (const [name, harm] of Object.entries(harms)) {
    cpSync(join(folder, 'run'), join(folder, name), { recursive: true })
    harm(join(folder, name))
  }
}

const small = `
data: idx:images.idx
batch: 8
threads: 1
steps: 12
checkpointEvery: 4
game: {latent: 3, generator: {units: [4]}, discriminator: {units: [4]}}
`
const names = 'abcdefghij'.split('')
const aliases = names.map(
  (name, at) => `${name}: &${name} [${at === 0 ? 'x' : `*${names[at - 1]}, *${names[at - 1]}`}]`,
)

const images = idxBytes([4, 2, 2], new Uint8Array(16))
/** Hard to pack. */
const noise = idxBytes(
  [40, 5, 5],
  Array.from({ length: 1000 }, (_, index) => (index * index * 7919) >> 5),
)
const zeros = gzipSync(new Uint8Array(2 ** 26))

const numpy = (descr: string, shape: string, elements: ArrayLike<number>, fortran = 'False'): Uint8Array =>
  npyBytes(`{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`, elements)
const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

/** A PNG file of one pixel. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgZ2cHAAAuABZDWmbUAAAAAElFTkSuQmCC',
  'base64',
)

const files: Readonly<Record<string, Uint8Array | string>> = {
  'small.yaml': small,
  'bracket.yaml': 'batch: [1',
  'list.yaml': '- batch: 3',
  'name.yaml': 'bacth: 3',
  'type.yaml': 'batch: many',
  'setting.yaml': 'game: {generator: {unit: [3]}}',
  'recipe.yaml': 'recipe: mlpp',
  'twice.yaml': 'keep: 3\nkeep: 4',
  'large.yaml': `# ${' '.repeat(2 ** 20)}`,
  'aliases.yaml': aliases.join('\n'),
  'prototype.json': '{"__proto__": {"batch": 3}}',

  'many.idx': idxBytes(
    [300, 6, 6],
    Array.from({ length: 300 * 36 }, (_, index) => (index * index * 31) % 256),
  ),
  'nothing.idx': '',
  'text.idx': 'these are no images',
  'header.idx': images.subarray(0, 9),
  'cut.idx': images.subarray(0, 25),
  'longer.idx': Uint8Array.of(...images, 0),
  'floats.idx': Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0),
  'five.idx': idxBytes([1, 1, 1, 1, 1], [0]),
  'none.idx': idxBytes([0, 6, 6], []),
  'flat.idx': idxBytes([4, 6, 0], []),
  'labels.idx': idxBytes([95], new Uint8Array(95)),
  'channels.idx': idxBytes([2, 2, 2, 2], new Uint8Array(16)),
  'liar.idx': idxBytes([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], []),
  'small.idx': idxBytes([20, 5, 5], new Uint8Array(500)),
  'cut.gz': gzipSync(noise).subarray(0, 500),
  'nothing.gz': gzipSync(''),
  'text.gz': gzipSync('these are no images'),
  'damaged.gz': gzipSync(images).fill(7, 12, 18),
  // 4 GB behind a header that promises 32 bytes: readers join packed pieces.
  'bomb.gz': Buffer.concat([gzipSync(images), ...Array.from({ length: 64 }, () => zeros)]),
  'liar.gz': gzipSync(idxBytes([2 ** 20, 2 ** 10, 2 ** 10], [])),

  'nothing.npy': '',
  'archive.npy': 'PK\x03\x04',
  'fortran.npy': numpy(`'|u1'`, '(1, 2, 2)', [0, 0, 0, 0], 'True'),
  'objects.npy': numpy(`'|O'`, '(1, 2, 2)', [0]),
  'fields.npy': numpy(`[('a', '<f4')]`, '(1,)', floats(0)),
  'bright.npy': numpy(`'<i2'`, '(1, 1, 2)', [0, 1, 0, 0]),
  'unscaled.npy': numpy(`'<f4'`, '(1, 1, 2)', floats(0, 255)),
  'nan.npy': numpy(`'<f4'`, '(1, 1, 2)', floats(0, NaN)),
  'line.npy': numpy(`'|u1'`, '(4,)', [1, 2, 3, 4]),
  'liar.npy': numpy(`'|u1'`, '(9, 2, 2)', [0]),
  'python.npy': npyBytes('import os'),
  'dots.npy': numpy(`'|u1'`, '(2, 1, 1)', [0, 0]),
  'shares.npy': numpy(`'<f4'`, '(2,)', floats(0, 1)),

  'texts/notes.txt': 'nothing to see',
  'fake/a.png': 'no picture',
  'broken/a.png': onePixel.subarray(0, 70),
}

const last = 'checkpoints/step-000012.safetensors'
const before = 'checkpoints/step-000008.safetensors'

type Harm = (run: string) => void

const rewritten =
  (file: string, content: (old: Buffer) => Uint8Array | string): Harm =>
  (run) =>
    writeFileSync(join(run, file), content(readFileSync(join(run, file))))

/** With other bytes in their place, as many. */
const exchanged = (file: string, old: string, now: string): Harm =>
  rewritten(file, (bytes) => {
    const at = bytes.indexOf(old)
    if (at < 0 || old.length !== now.length) throw new Error(`cannot put ${now} for ${old} in ${file}`)
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(now), bytes.subarray(at + old.length)])
  })

const harms: Readonly<Record<string, Harm>> = {
  'cut-options': rewritten('options.json', (bytes) => bytes.subarray(0, 40)),
  'empty-options': rewritten('options.json', () => ''),
  'list-options': rewritten('options.json', () => '[]'),
  'missing-option': exchanged('options.json', '"fingerprint"', '"other-print"'),
  'text-option': exchanged('options.json', ' "batch": 8,', '"batch":"8",'),
  'batch-9': exchanged('options.json', '"batch": 8,', '"batch": 9,'),
  'batch-99': exchanged('options.json', '"batch": 8,', '"batch":99,'),
  'recipe-mlq': exchanged('options.json', '"recipe": "mlp"', '"recipe": "mlq"'),
  'latent-4': exchanged('options.json', '"latent": 3', '"latent": 4'),
  'latent-0': exchanged('options.json', '"latent": 3', '"latent": 0'),
  'other-data': exchanged('options.json', '"data": "idx:images.idx"', '"data": "idx:small.idx" '),
  'lost-data': exchanged('options.json', '"data": "idx:images.idx"', '"data": "idx:absent.idx"'),

  'cut-checkpoint': rewritten(last, (bytes) => bytes.subarray(0, bytes.length - 9)),
  'empty-checkpoint': rewritten(last, () => ''),
  'endless-header': rewritten(last, (bytes) => bytes.fill(255, 0, 8)),
  'no-json': rewritten(last, (bytes) => bytes.fill('~', 8, 9)),
  'other-type': exchanged(last, '"F32"', '"F16"'),
  'other-name': exchanged(last, '"generator.', '"regenator.'),
  foreign: rewritten(last, () => safetensorsBytes('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [1])),
  'of-other-run': (run) => copyFileSync(join(run, '../other', last), join(run, last)),
  'of-other-step': (run) => copyFileSync(join(run, before), join(run, last)),
  'renamed-checkpoint': (run) => renameSync(join(run, last), join(run, 'checkpoints/step-999999.safetensors')),
  'no-checkpoints': (run) =>
    [4, 8, 12].forEach((step) => rmSync(join(run, `checkpoints/step-0000${step < 10 ? '0' : ''}${step}.safetensors`))),
  'no-folder': (run) => rmSync(join(run, 'checkpoints'), { recursive: true }),
}
