/** A picture of Kitty's protocol on the screen. */
interface PlacedImage {
  readonly id: number
  /** Where its upper left corner is: line (from 0, what has scrolled away counted) and column. */
  readonly line: number
  readonly column: number
  readonly columns: number
  readonly rows: number
  /** A PNG. */
  readonly file: Uint8Array
}

export interface Graphics {
  /** Pictures of Kitty's protocol that are shown. Text does not touch them. */
  images(): PlacedImage[]
  /** How many of them the terminal keeps in its memory. */
  imagesKept(): number
  /** The most pictures that were ever kept at a time. */
  mostImagesKept(): number
  /** How many pictures of either protocol were received. */
  imagesReceived(): number
  /** What the terminal has answered, as if somebody had typed it. */
  answers(): string[]
}

interface Screen {
  /** Where the cursor is. */
  place(): { line: number; column: number }
  putTiles(picture: { file: Uint8Array; columns: number; rows: number }): void
}

interface Controls extends Graphics {
  kittyCommand(command: string): void
  itermCommand(command: string): void
  move(toLine: (line: number) => number): void
}

type Keys = ReadonlyMap<string, string>

/**
 * What a terminal does with pictures, read off the two protocols' own documents and stricter than they are:
 * https://sw.kovidgoyal.net/kitty/graphics-protocol and https://iterm2.com/documentation-images.html
 */
export function graphics(screen: Screen): Controls {
  const kept = new Map<number, Uint8Array>()
  const answers: string[] = []
  let placed: PlacedImage[] = []
  let unfinished: { keys: Keys; data: string } | null = null
  let [most, received] = [0, 0]

  function remove(id: number): void {
    placed = placed.filter((image) => image.id !== id)
    kept.delete(id)
  }

  function transmit(keys: Keys, data: string): void {
    requireOnly(keys, ['a', 'f', 'i', 'c', 'r', 'C', 'q', 'm'])
    if (keys.get('f') !== '100' || keys.get('C') !== '1') throw new Error('not what we write')
    const id = whole(keys, 'i')
    const file = bytesOf(data)
    if (Buffer.from(file).toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('not a PNG')
    // "The existing image and all its placements must be deleted."
    remove(id)
    kept.set(id, file)
    received++
    most = Math.max(most, kept.size)
    // The cursor's place when the last part has come; with C=1 it stays there.
    placed.push({ id, ...screen.place(), columns: whole(keys, 'c'), rows: whole(keys, 'r'), file })
  }

  return {
    kittyCommand(command) {
      const [control, data = ''] = command.split(';')
      const keys = keysOf(control, ',')
      if (data.length > 4096) throw new Error(`a part of ${data.length} characters`)
      if (keys.get('q') !== '2') answers.push(`\x1b_Gi=${keys.get('i') ?? 0};OK\x1b\\`)
      if (unfinished !== null) {
        requireOnly(keys, ['m', 'q'])
        unfinished = { keys: unfinished.keys, data: unfinished.data + data }
      } else if (keys.get('a') === 'd') {
        requireOnly(keys, ['a', 'd', 'i', 'q'])
        if (keys.get('d') !== 'I') throw new Error('the picture would stay in memory')
        remove(whole(keys, 'i'))
        return
      } else if (keys.get('a') === 'T') {
        unfinished = { keys, data }
      } else throw new Error(`an action of ${keys.get('a')}`)
      if (keys.get('m') === '1') {
        if (data.length % 4 !== 0) throw new Error('only the last part may have any length')
      } else {
        transmit(unfinished.keys, unfinished.data)
        unfinished = null
      }
    },
    itermCommand(command) {
      if (unfinished !== null) throw new Error('in the middle of another picture')
      const [, control, data] = /^File=([^:]*):(.*)$/s.exec(command) ?? []
      if (control === undefined) throw new Error(`not a file: ${command.slice(0, 80)}`)
      const keys = keysOf(control, ';')
      requireOnly(keys, ['inline', 'size', 'width', 'height', 'preserveAspectRatio'])
      if (keys.get('inline') !== '1') throw new Error('this would go to the folder of downloads')
      if (keys.get('preserveAspectRatio') !== '0') throw new Error('nobody knows how many rows this takes')
      const file = bytesOf(data)
      if (file.length !== whole(keys, 'size')) throw new Error('the file has another size')
      received++
      screen.putTiles({ file, columns: whole(keys, 'width'), rows: whole(keys, 'height') })
    },
    move: (toLine) => (placed = placed.map((image) => ({ ...image, line: toLine(image.line) }))),
    images: () => placed,
    imagesKept: () => kept.size,
    mostImagesKept: () => most,
    imagesReceived: () => received,
    answers: () => answers,
  }
}

const keysOf = (text: string, separator: string): Keys =>
  new Map(
    text.split(separator).map((pair) => {
      const [, key, value] = /^(\w+)=(\w+)$/.exec(pair) ?? []
      if (key === undefined) throw new Error(`not a key and its value: ${pair}`)
      return [key, value]
    }),
  )

function requireOnly(keys: Keys, known: readonly string[]): void {
  const stray = [...keys.keys()].find((key) => !known.includes(key))
  if (stray !== undefined) throw new Error(`the key ${stray} does not belong here`)
}

function whole(keys: Keys, key: string): number {
  const value = Number(keys.get(key))
  if (!Number.isInteger(value) || value < 1 || value >= 2 ** 32) throw new Error(`${key} is ${keys.get(key)}`)
  return value
}

function bytesOf(base64: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) throw new Error('not whole base64')
  return Buffer.from(base64, 'base64')
}
