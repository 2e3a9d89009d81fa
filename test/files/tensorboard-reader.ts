/** Reads event files of TensorBoard, and refuses what its own readers would refuse. Shares no code with the writer. */
import { BinaryReader } from '@bufbuild/protobuf/wire'

/** An event as it stands in a file; what has a tag comes in the order of the file. */
export interface ReadEvent {
  wallTime: number
  step: number
  fileVersion: string
  scalars: [tag: string, scalar: number][]
  images: [tag: string, image: { width: number; height: number; channels: number; png: Uint8Array }][]
  texts: [tag: string, text: string][]
}

export function readBoard(file: Uint8Array): ReadEvent[] {
  return recordsOf(file).map(readEvent)
}

/** The bytes inside each frame of TFRecord. */
export function recordsOf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const records: Uint8Array[] = []
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true))
    const end = at + 12 + length
    if (end + 4 > file.length) throw new Error(`a record of ${length} bytes at ${at} is cut off`)
    const checked = (from: number, to: number): Uint8Array => {
      if (unmasked(view.getUint32(to, true)) !== slowCheck(file.subarray(from, to)))
        throw new Error(`the check at ${to} does not hold`)
      return file.subarray(from, to)
    }
    checked(at, at + 8)
    records.push(checked(at + 12, end))
    at = end + 4
  }
  return records
}

/** TensorFlow's crc32c::Unmask. */
function unmasked(masked: number): number {
  const turned = (masked - 0xa282ead8) >>> 0
  return ((turned >>> 17) | (turned << 15)) >>> 0
}

/** CRC-32C as it is defined: division by the polynomial, bit for bit, lowest first. */
function slowCheck(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (const byte of bytes) {
    remainder ^= byte
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1
  }
  return (remainder ^ 0xffffffff) >>> 0
}

/** Reads the fields that it has a reader for, and passes over the others. */
function readFields(bytes: Uint8Array, readers: Record<number, (reader: BinaryReader) => void>): void {
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    if (field in readers) readers[field](reader)
    else reader.skip(wireType, field)
  }
}

function readEvent(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: 0, step: 0, fileVersion: '', scalars: [], images: [], texts: [] }
  readFields(bytes, {
    1: (reader) => (event.wallTime = reader.double()),
    2: (reader) => (event.step = Number(reader.int64())),
    3: (reader) => (event.fileVersion = reader.string()),
    5: (reader) => readFields(reader.bytes(), { 1: (summary) => readValue(summary.bytes(), event) }),
  })
  return event
}

function readValue(bytes: Uint8Array, event: ReadEvent): void {
  let tag = ''
  let plugin = ''
  readFields(bytes, {
    1: (reader) => (tag = reader.string()),
    9: (reader) =>
      readFields(reader.bytes(), {
        1: (metadata) => readFields(metadata.bytes(), { 1: (data) => (plugin = data.string()) }),
      }),
  })
  readFields(bytes, {
    2: (reader) => event.scalars.push([tag, reader.float()]),
    4: (reader) => event.images.push([tag, readImage(reader.bytes())]),
    8: (reader) => {
      if (plugin !== 'text') throw new Error(`no reader for a tensor of the plugin '${plugin}'`)
      event.texts.push([tag, readText(reader.bytes())])
    },
  })
}

function readImage(bytes: Uint8Array): ReadEvent['images'][number][1] {
  const image = { width: 0, height: 0, channels: 0, png: new Uint8Array() }
  readFields(bytes, {
    1: (reader) => (image.height = reader.int32()),
    2: (reader) => (image.width = reader.int32()),
    3: (reader) => (image.channels = reader.int32()),
    4: (reader) => (image.png = Uint8Array.from(reader.bytes())),
  })
  return image
}

/** The one string of a tensor of strings (data type 7). */
function readText(bytes: Uint8Array): string {
  let dtype = 0
  const texts: string[] = []
  readFields(bytes, { 1: (reader) => (dtype = reader.int32()), 8: (reader) => texts.push(reader.string()) })
  if (dtype !== 7 || texts.length !== 1) throw new Error(`${texts.length} strings in a tensor of data type ${dtype}`)
  return texts[0]
}
