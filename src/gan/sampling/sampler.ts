import type { FieldValues } from '../../data/field-columns.ts'
import { randomness } from '../../nn/layer.ts'
import { compile } from '../../runtime/compile.ts'
import { read, readFloats, write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Fields } from '../../tensor/fields.ts'
import { range, sizeOf } from '../../tensor/shape.ts'
import { withPath } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { permute } from '../../tensor/threefry.ts'
import type { Variables } from '../../tensor/tree.ts'
import { mapRecord, pick } from '../examples/batch.ts'
import { randomExamples } from '../examples/example-reader.ts'
import { asSeenValues } from '../loading/example-table.ts'
import type { Column, ExampleTable } from '../loading/example-table.ts'
import { classCountOf, latentShapeOf } from '../game/game.ts'
import type { Game, GameState } from '../game/game.ts'
import { wordsOf } from '../examples/seed.ts'
import { streams } from '../examples/streams.ts'

/** Which samples are drawn, of all that a seed has. */
export interface SampleOptions {
  /** The number of the first one; default 0. */
  readonly first?: number
  /** The class of all of them, in a game with classes. By default, sample i is of class i modulo the number of classes. */
  readonly label?: number
  /** The latents to use in place of the seed's, [count, ...latent shape]. */
  readonly latents?: Float32Array
  /** What the seed's latents are multiplied by, in (0, 1]: less variety, fewer odd samples (Brock et al. 2019). Default 1. */
  readonly truncation?: number
  /** What samples are made for or from, by field, one after the other; by default from training examples. */
  readonly given?: Readonly<Record<string, FieldValues>>
}

/** Draws samples of a generator in use. Each is the same whichever others are drawn. Seeds are whole numbers in [0, 2^53). */
export interface Sampler {
  /** `count` samples of a seed, [count, ...sample shape], in the data's range. Throws a UserError where the options do not fit. */
  sample(count: number, seed?: number, options?: SampleOptions): Promise<Float32Array>
  /** The latents of those samples, [count, ...latentShape]. */
  latents(count: number, seed?: number, options?: Omit<SampleOptions, 'latents'>): Promise<Float32Array>
  /** The shape of one latent; null where the game draws none. */
  readonly latentShape: Shape | null
}

/** Where the examples come from that samples are made from. */
export interface SampledData {
  /** The training examples on the device, for priors that draw from them. */
  readonly columns?: Variables | null
  /** The examples, for games that make samples from them. */
  readonly table?: ExampleTable | null
}

/** Samples are drawn this many at a time. */
const samplerBatch = 64

/** A sampler for a state whose tensors are on the device; compiled when it is first used. */
export function createSampler<State extends GameState>(
  device: Device,
  game: Game<State>,
  state: State,
  { columns = null, table = null }: SampledData = {},
): Sampler {
  const { generation, example } = game
  const { prior, given: givenFields, imitates, sample } = generation
  const latentShape = latentShapeOf(game)
  const readByPrior = pick(example, prior?.reads({ example, imitates }) ?? [])

  const prepare = async () => {
    const seed = device.variable('sampleSeed', [2], 'i32')
    const batch = device.variable('sampleBatch', [], 'i32')
    const source = { seed: seed.tensor, step: batch.tensor }
    const beside = placeFor(device, { ...readByPrior, ...givenFields })
    const inputs = mapRecord(beside, ({ tensor }) => tensor)
    const drawn = device.variable('samples', [samplerBatch, ...sample.shape], sample.kind === 'whole' ? 'i32' : 'f32')
    const latents = latentShape && device.variable('sampleLatents', [samplerBatch, ...latentShape])
    const random = randomness(source, streams.samples)
    const trainingSamples = (): Tensor => {
      if (columns === null) throw new UserError(`The prior ${prior?.name} starts from training samples; give the data.`)
      return randomExamples({ fields: example, tensors: columns }, random, samplerBatch)[imitates]
    }
    const draw =
      prior && latents
        ? await compile(device, {
            updates: [
              [
                latents,
                withPath('prior', () =>
                  prior.sample({
                    random,
                    batch: samplerBatch,
                    example: pick(inputs, Object.keys(readByPrior)),
                    imitates,
                    trainingSamples,
                  }),
                ),
              ],
            ],
            report: {},
          })
        : null
    const made = generation.generate(
      state,
      latents?.tensor ?? null,
      pick(inputs, Object.keys(givenFields)),
      randomness(source, streams.generation),
    )
    const generate = await compile(device, { updates: [[drawn, made]], report: {} })
    return { seed, batch, beside, latents, drawn, draw, generate }
  }
  let prepared: ReturnType<typeof prepare> | undefined

  /** Walks over the blocks of samples that hold those from `first` on, and gathers what is read of each. */
  async function inBlocks(
    count: number,
    seed: number,
    options: SampleOptions,
    of: 'samples' | 'latents',
  ): Promise<Float32Array> {
    const { first = 0, latents: own, truncation = 1 } = options
    requireLatents(own, count, latentShape)
    requireTruncation(truncation)
    const givenOf = givenReader(game, table, options, count, seed)
    const program = await (prepared ??= prepare())
    const size = sizeOf((of === 'samples' ? sample.shape : latentShape) ?? [])
    const latentSize = sizeOf(latentShape ?? [])
    const gathered = new Float32Array(count * size)
    for (let done = 0; done < count;) {
      const [index, begin] = [Math.floor((first + done) / samplerBatch), (first + done) % samplerBatch]
      const end = Math.min(samplerBatch, begin + count - done)
      write(device, program.seed, wordsOf(seed))
      write(device, program.batch, [index])
      for (const [name, variable] of Object.entries(program.beside)) {
        write(device, variable, await givenOf(name, index * samplerBatch - first))
      }
      if (program.latents && own === undefined) {
        await program.draw?.run()
        if (truncation !== 1) scale(device, program.latents, truncation)
      } else if (program.latents && own) {
        const block = new Float32Array(samplerBatch * latentSize)
        block.set(own.subarray(done * latentSize, (done + end - begin) * latentSize), begin * latentSize)
        write(device, program.latents, block)
      }
      if (of === 'samples') await program.generate.run()
      const wanted = of === 'samples' ? program.drawn : program.latents
      if (wanted) gathered.set(numbersOf(device, wanted).subarray(begin * size, end * size), done * size)
      done += end - begin
    }
    return gathered
  }

  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (work: () => Promise<Float32Array>): Promise<Float32Array> => {
    // What is drawn next goes where this one is read from, so that it waits.
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
  return {
    latentShape,
    sample: (count, seed = 0, options = {}) => inTurn(() => inBlocks(count, seed, options, 'samples')),
    latents: (count, seed = 0, options = {}) => inTurn(() => inBlocks(count, seed, options, 'latents')),
  }
}

const placeFor = (device: Device, fields: Fields): Readonly<Record<string, Variable>> =>
  mapRecord(fields, ({ kind, shape }, name) =>
    device.variable(`sample.${name}`, [samplerBatch, ...shape], kind === 'whole' ? 'i32' : 'f32'),
  )

const numbersOf = (device: Device, variable: Variable): Float32Array =>
  variable.tensor.dtype === 'f32' ? readFloats(device, variable.tensor) : Float32Array.from(read(device, variable))

function scale(device: Device, variable: Variable, factor: number): void {
  write(
    device,
    variable,
    readFloats(device, variable.tensor).map((value) => value * factor),
  )
}

/**
 * Gives the values of a field for a block of samples, the first of which is number `from` of those that are asked for (it may be below
 * 0, and what is outside is drawn in vain).
 */
function givenReader(
  game: Game,
  table: ExampleTable | null,
  { first = 0, label, given = {} }: SampleOptions,
  count: number,
  seed: number,
): (name: string, from: number) => Promise<ArrayLike<number>> {
  const fields: Fields = { ...game.example, ...game.generation.given }
  const classes = classCountOf(game)
  if (label !== undefined) requireClass(label, classes)
  const all = Array.from({ length: samplerBatch }, (_, at) => at)
  return async (name, from) => {
    const field = fields[name]
    if (Object.hasOwn(given, name)) {
      const size = sizeOf(field.shape)
      if (given[name].length !== count * size) {
        throw new UserError(
          `${count} samples need ${count * size} numbers of the field ${name}; ${given[name].length} are given.`,
        )
      }
      const values = asSeenValues(field, given[name])
      const within = (at: number) => Math.min(Math.max(from + at, 0), count - 1)
      return all.flatMap((at) => [...values.subarray(within(at) * size, (within(at) + 1) * size)])
    }
    if (name === 'class' && field.kind === 'whole') {
      return all.map((at) => label ?? (first + from + at) % (classes ?? 1))
    }
    if (table === null) {
      throw new UserError(`Samples of this game are made from the field ${name} of an example; give some, or the data.`)
    }
    const rows = all.map((at) => rowOf(seed, table.count, first + from + at))
    return readInAnyOrder(table.columns[name], rows)
  }
}

/** The values of a field for examples in any order, of readers that take them in ascending order. */
async function readInAnyOrder({ field, read: readRows }: Column, rows: readonly number[]): Promise<Float32Array> {
  const order = range(rows.length).toSorted((a, b) => rows[a] - rows[b])
  const ascending = asSeenValues(field, await readRows(order.map((at) => rows[at])))
  const size = sizeOf(field.shape)
  const values = new Float32Array(ascending.length)
  order.forEach((at, place) => values.set(ascending.subarray(place * size, (place + 1) * size), at * size))
  return values
}

/** The example that sample number `index` of a seed is made from: every one comes up before any comes up again. */
const rowOf = (seed: number, count: number, index: number): number =>
  permute(wordsOf(seed), streams.sampledExamples, Math.floor(index / count), count, index % count)

function requireClass(label: number, classes: number | null): void {
  if (classes === null) {
    throw new UserError(`No samples of class ${label} can be drawn: the generator has learned no classes.`)
  }
  if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
    throw new UserError(`There is no class ${label}; the classes of this generator are 0 to ${classes - 1}.`)
  }
}

function requireLatents(latents: Float32Array | undefined, count: number, shape: Shape | null): void {
  if (latents === undefined) return
  if (shape === null) throw new UserError('This generator takes no latents; leave them out.')
  if (latents.length !== count * sizeOf(shape)) {
    throw new UserError(
      `${count} samples need ${count} latents of ${sizeOf(shape)} numbers; ${latents.length} numbers are given.`,
    )
  }
}

function requireTruncation(truncation: number): void {
  if (!(truncation > 0 && truncation <= 1)) {
    throw new UserError(`Latents cannot be truncated by ${truncation}; give a number above 0, up to 1.`)
  }
}
