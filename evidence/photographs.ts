/**
 * `npm run evidence:photographs FROM TO`: cuts a folder of square tiles out of the photographs among the wallpapers of four Debian
 * packages: lomiri-wallpapers-16.04, lomiri-wallpapers-20.04, mate-backgrounds and plasma-workspace-wallpapers. FROM is /usr/share where
 * they are installed, or the usr/share of a folder that `dpkg -x` unpacked them to. A few dozen large photographs are thus a few
 * thousand small ones, which share colors, light and texture: enough to show that pictures from a camera can be learned, and few
 * enough that nobody should expect more than that.
 */
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { mapBounded } from '../src/data/map-bounded.ts'

/** Photographs, by the folder that they lie in. What else is in the packages is drawn, computed, or grey. */
const photographs: Readonly<Record<string, readonly string[]>> = {
  'backgrounds/*.jpg': [
    'Bridge_by_Sander_Klootwijk',
    'Dragonfly_by_Bolly',
    'Kleiber_by_Lukas_Baubkus',
    'Picture_0B_by_freespace',
    'Picture_1A_by_freespace',
    'Wine_by_Jakkub_Mede',
    'aitzgorri_by_Aitzol_Berasategi',
    'free_by_Peter_Nerlich',
    'friends_by_Aitzol_Berasategi',
    'greentock_by_Peter_Nerlich',
    'life_by_Aitzol_Berasategi',
    'picosdeeuropa_by_Aitzol_Berasategi',
    'seeding_by_Clements_Engelhardt',
    'sunset_by_Aitzol_Berasategi',
  ],
  'backgrounds/mate/nature/*.jpg': [
    'Aqua',
    'Blinds',
    'Dune',
    'FreshFlower',
    'Garden',
    'GreenMeadow',
    'LadyBird',
    'RainDrops',
    'Storm',
    'TwoWings',
    'Wood',
    'YellowFlower',
  ],
  'wallpapers/*/contents/images/2560x1600.jpg': [
    'BytheWater',
    'ColorfulCups',
    'DarkestHour',
    'EveningGlow',
    'FallenLeaf',
    'Kite',
    'OneStandsOut',
    'Path',
    'summer_1am',
  ],
}

/** Of a tile as it is written, in pixels. */
const side = 128
/** Of a tile within its photograph, as shares of the shorter side. Neighbours of one size overlap by half. */
const shares = [1, 1 / 2, 1 / 3, 1 / 4]
/** Standard deviation of a tile's light, of 255: less is an even sky or a wall. */
const leastContrast = 14

const [from, to, ...more] = process.argv.slice(2)
if (from === undefined || to === undefined || more.length > 0) {
  console.error('Say where the wallpapers are and where the tiles are to go: npm run evidence:photographs FROM TO')
  process.exit(2)
}
await mkdir(to, { recursive: true })
const files = Object.entries(photographs).flatMap(([pattern, names]) =>
  names.map((name) => ({ name, path: join(from, pattern.replace('*', name)) })),
)
// A data set is its tiles: with a package missing it would be another one.
for (const { path } of files) await access(path)
const counts = await mapBounded(files, 2, async ({ name, path }) => {
  const count = await cutTiles(path, join(to, name))
  console.log(`${String(count).padStart(4)}  ${name}`)
  return count
})
console.log(`${counts.reduce((sum, count) => sum + count)} tiles of ${files.length} photographs in ${to}`)

/** Writes the tiles of a photograph to `${prefix}-*.jpg`; gives how many there are. */
async function cutTiles(path: string, prefix: string): Promise<number> {
  const { data: pixels, info } = await sharp(path)
    .autoOrient()
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const photograph = { raw: { width, height, channels: info.channels } } as const
  let count = 0
  for (const [index, share] of shares.entries()) {
    const size = Math.floor(Math.min(width, height) * share)
    for (const [row, top] of placesOf(size, height).entries()) {
      for (const [column, left] of placesOf(size, width).entries()) {
        const region = { left, top, width: size, height: size }
        const tile = await sharp(pixels, photograph).extract(region).resize(side, side).raw().toBuffer()
        if (contrastOf(tile) < leastContrast) continue
        await sharp(tile, { raw: { width: side, height: side, channels: 3 } })
          .jpeg({ quality: 92 })
          .toFile(`${prefix}-${index + 1}-${row}-${column}.jpg`)
        count++
      }
    }
  }
  return count
}

/** Where tiles begin that overlap by half, the last one ending with the photograph. */
function placesOf(size: number, extent: number): number[] {
  const steps = Math.ceil((extent - size) / (size / 2))
  return Array.from({ length: steps + 1 }, (_, step) => (step === 0 ? 0 : Math.round((step * (extent - size)) / steps)))
}

/** The standard deviation of the light of an RGB image, weighed as ITU-R BT.709 does. */
function contrastOf(pixels: Uint8Array): number {
  const light = Array.from({ length: pixels.length / 3 }, (_, index) => {
    const [red, green, blue] = pixels.subarray(3 * index)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  })
  const mean = light.reduce((sum, value) => sum + value) / light.length
  return Math.sqrt(light.reduce((sum, value) => sum + (value - mean) ** 2, 0) / light.length)
}
