import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tensorBoardHeader, tensorBoardRecord } from '../../src/files/tensorboard-events.ts'
import type { TensorBoardEvent, TensorBoardImage } from '../../src/files/tensorboard-events.ts'
import { readBoard, recordsOf } from './tensorboard-reader.ts'
import type { ReadEvent } from './tensorboard-reader.ts'

interface Fixture {
  readonly events: (Omit<TensorBoardEvent, 'scalars' | 'images'> & {
    readonly scalars: Readonly<Record<string, number | 'NaN'>>
    readonly images?: Readonly<Record<string, Omit<TensorBoardImage, 'png'> & { readonly png: string }>>
  })[]
  readonly file: string
}

const mapped = <From, To>(record: Readonly<Record<string, From>>, of: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([tag, value]) => [tag, of(value)]))

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

/** What TensorBoard's own writer wrote; its field `how` tells more. */
function readFixture(): { events: TensorBoardEvent[]; file: Uint8Array } {
  const { events, file } = JSON.parse(
    readFileSync(new URL('../fixtures/tensorboard-events.json', import.meta.url), 'utf8'),
  ) as Fixture
  return {
    events: events.map(({ scalars, images = {}, ...event }) => ({
      ...event,
      scalars: mapped(scalars, Number),
      images: mapped(images, ({ png, ...image }) => ({ ...image, png: bytesOf(png) })),
    })),
    file: bytesOf(file),
  }
}

const asRead = ({ wallTime, step, scalars, images = {}, texts = {} }: TensorBoardEvent): ReadEvent => ({
  wallTime,
  step,
  fileVersion: '',
  scalars: Object.entries(scalars).map(([tag, scalar]) => [tag, Math.fround(scalar)]),
  images: Object.entries(images),
  texts: Object.entries(texts),
})

const headerAsRead = (wallTime: number): ReadEvent => ({
  ...asRead({ wallTime, step: 0, scalars: {} }),
  fileVersion: 'brain.Event:2',
})

describe('an event file', () => {
  const { events, file } = readFixture()

  it("has the bytes of TensorBoard's own writer", () => {
    const header = recordsOf(file)[0].length + 16
    expect(Buffer.concat(events.map(tensorBoardRecord))).toEqual(Buffer.from(file.subarray(header)))
  })

  it("begins as TensorBoard's own, which only names its writer as well", () => {
    const [{ wallTime }] = readBoard(file)
    expect(wallTime).toBeGreaterThan(1.7e9)
    expect(readBoard(tensorBoardHeader(wallTime))).toEqual(readBoard(file).slice(0, 1))
  })

  it('is read back as it was written', () => {
    const tag = fc.string({ unit: 'binary', maxLength: 12 })
    const image = fc.record<TensorBoardImage>({
      width: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      height: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      channels: fc.constantFrom(1, 3),
      png: fc.uint8Array({ maxLength: 40 }),
    })
    const event = fc.record<TensorBoardEvent, 'wallTime' | 'step' | 'scalars'>(
      {
        wallTime: fc.double(),
        step: fc.maxSafeNat(),
        scalars: fc.dictionary(tag, fc.double(), { maxKeys: 4 }),
        images: fc.dictionary(tag, image, { maxKeys: 3 }),
        texts: fc.dictionary(tag, fc.string({ unit: 'binary' }), { maxKeys: 3 }),
      },
      { requiredKeys: ['wallTime', 'step', 'scalars'] },
    )
    fc.assert(
      fc.property(fc.double(), fc.array(event, { maxLength: 4 }), (started, some) => {
        const written = Buffer.concat([tensorBoardHeader(started), ...some.map(tensorBoardRecord)])
        expect(readBoard(written)).toEqual([headerAsRead(started), ...some.map(asRead)])
      }),
    )
  })
})
