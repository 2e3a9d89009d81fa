/**
 * TensorBoard's event files: records of TFRecord, each a protobuf message Event. Their first record names the version
 * of the format, every other one holds what was measured at one step.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { crc32c } from './crc32c.ts'

/** What TensorBoard shows of one step, by tag: tags that begin alike up to a slash stand together. */
export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number
  readonly step: number
  /** Kept as float32; no number, and infinity, too, which TensorBoard marks as such. */
  readonly scalars: Readonly<Record<string, number>>
  readonly images?: Readonly<Record<string, TensorBoardImage>>
  /** Shown as Markdown. */
  readonly texts?: Readonly<Record<string, string>>
}

/** A picture of `width` times `height` pixels, gray (1 channel) or RGB (3), with the bytes of its PNG file. */
export interface TensorBoardImage {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly png: Uint8Array
}

/** Numbers of fields, by message: TensorFlow's util/event.proto and framework/{summary,tensor,types}.proto. */
const fields = {
  event: { wallTime: 1, step: 2, fileVersion: 3, summary: 5 },
  summary: { value: 1 },
  value: { tag: 1, simpleValue: 2, image: 4, tensor: 8, metadata: 9 },
  image: { height: 1, width: 2, colorspace: 3, png: 4 },
  tensor: { dtype: 1, shape: 2, strings: 8 },
  metadata: { plugin: 1 },
  plugin: { name: 1 },
} as const
const stringDtype = 7

/** The record that an event file begins with. */
export const tensorBoardHeader = (wallTime: number): Uint8Array =>
  record((event) => {
    event.tag(fields.event.wallTime, WireType.Bit64).double(wallTime)
    event.tag(fields.event.fileVersion, WireType.LengthDelimited).string('brain.Event:2')
  })

/** The record of one step. */
export const tensorBoardRecord = ({ wallTime, step, scalars, images = {}, texts = {} }: TensorBoardEvent): Uint8Array =>
  record((event) => {
    event.tag(fields.event.wallTime, WireType.Bit64).double(wallTime)
    event.tag(fields.event.step, WireType.Varint).int64(step)
    writeMessage(event, fields.event.summary, () => {
      for (const [tag, scalar] of Object.entries(scalars)) writeValue(event, tag, () => writeScalar(event, scalar))
      for (const [tag, image] of Object.entries(images)) writeValue(event, tag, () => writeImage(event, image))
      for (const [tag, text] of Object.entries(texts)) writeValue(event, tag, () => writeText(event, text))
    })
  })

function writeValue(writer: BinaryWriter, tag: string, writeContent: () => void): void {
  writeMessage(writer, fields.summary.value, () => {
    writer.tag(fields.value.tag, WireType.LengthDelimited).string(tag)
    writeContent()
  })
}

/** The writer refuses finite numbers that float32 has no room for; rounded, they are infinite. */
function writeScalar(writer: BinaryWriter, scalar: number): void {
  writer.tag(fields.value.simpleValue, WireType.Bit32).float(Math.fround(scalar))
}

function writeImage(writer: BinaryWriter, { width, height, channels, png }: TensorBoardImage): void {
  writeMessage(writer, fields.value.image, () => {
    writer.tag(fields.image.height, WireType.Varint).int32(height)
    writer.tag(fields.image.width, WireType.Varint).int32(width)
    writer.tag(fields.image.colorspace, WireType.Varint).int32(channels)
    writer.tag(fields.image.png, WireType.LengthDelimited).bytes(png)
  })
}

/**
 * A tensor of no axes that holds one string. Nothing but its metadata says that it is a text; scalars and images do
 * without, since TensorBoard's data_compat.py knows them by their fields.
 */
function writeText(writer: BinaryWriter, text: string): void {
  writeMessage(writer, fields.value.tensor, () => {
    writer.tag(fields.tensor.dtype, WireType.Varint).int32(stringDtype)
    writeMessage(writer, fields.tensor.shape, () => {})
    writer.tag(fields.tensor.strings, WireType.LengthDelimited).string(text)
  })
  writeMessage(writer, fields.value.metadata, () =>
    writeMessage(writer, fields.metadata.plugin, () => {
      writer.tag(fields.plugin.name, WireType.LengthDelimited).string('text')
    }),
  )
}

function writeMessage(writer: BinaryWriter, field: number, writeFields: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  writeFields()
  writer.join()
}

/** A message as TFRecord frames it: its length in 8 bytes, their check, the message, its check; all little endian. */
function record(writeEvent: (event: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter()
  writeEvent(writer)
  const message = writer.finish()
  const bytes = new Uint8Array(message.length + 16)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(message.length), true)
  view.setUint32(8, maskedCheck(bytes.subarray(0, 8)), true)
  bytes.set(message, 12)
  view.setUint32(12 + message.length, maskedCheck(message), true)
  return bytes
}

/** TFRecord turns and shifts checks, since a check over bytes that hold checks of their own finds less. */
function maskedCheck(bytes: Uint8Array): number {
  const check = crc32c(bytes)
  return (((check >>> 15) | (check << 17)) + 0xa282ead8) >>> 0
}
