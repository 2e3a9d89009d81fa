/** docs/images/toys.png: where the samples of each objective lie. */
import sharp from 'sharp'
import { drawToy } from '../src/data/toys.ts'
import { writeWholeFile } from '../src/files/whole-file-node.ts'
import type { ToyName, ToyOutcome } from './toys-runs.ts'

/** One row of panels. */
export interface PanelRow {
  readonly title: string
  readonly panels: readonly Panel[]
}

/** The samples of one game over the real modes. */
export interface Panel {
  /** Below it. */
  readonly label: string
  readonly outcome: ToyOutcome
}

/** In pixels. */
const [side, gap, titleHeight, labelHeight, margin] = [208, 14, 40, 30, 18]
/** As in the report: paper, ink that has faded, and the generator's orange. */
const colors = {
  paper: '#fbfaf7',
  panel: '#ffffff',
  real: '#c3cddb',
  fake: '#d65412',
  ink: '#3a3733',
  quiet: '#6e6a63',
}
const nearby = 3

export async function writeToysPicture(path: string, rows: readonly PanelRow[]): Promise<void> {
  await writeWholeFile(
    path,
    await sharp(Buffer.from(svgOf(rows)))
      .png({ palette: true, effort: 10 })
      .toBuffer(),
  )
}

function svgOf(rows: readonly PanelRow[]): string {
  const columns = Math.max(...rows.map(({ panels }) => panels.length))
  const rowHeight = titleHeight + side + labelHeight
  const [width, height] = [2 * margin + columns * side + (columns - 1) * gap, 2 * margin + rows.length * rowHeight]
  const drawn = rows.map(({ title, panels }, row) => {
    const top = margin + row * rowHeight
    const inRow = panels.map((panel, column) => {
      const place = `translate(${margin + column * (side + gap)} ${top + titleHeight})`
      return `<g transform="${place}">${panelOf(panel)}</g>`
    })
    return `<text x="${margin}" y="${top + titleHeight - 14}" font-size="17" font-weight="bold" fill="${colors.ink}">${title}</text>${inRow.join('')}`
  })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif">` +
    `<rect width="100%" height="100%" fill="${colors.paper}"/>${drawn.join('')}</svg>`
  )
}

/** The square of the plane around a toy's modes. */
const reach: Readonly<Record<ToyName, number>> = { grid: 4.9, ring: 2.5 }

function panelOf({ label, outcome: { toy, shown } }: Panel): string {
  const { modes } = drawToy(toy, 'test')
  if (modes === null) throw new Error(`the toy ${toy} has no modes`)
  const pixels = (units: number) => (units / (2 * reach[toy])) * side
  const dot = (x: number, y: number, radius: number) =>
    `<circle cx="${(side / 2 + pixels(x)).toFixed(1)}" cy="${(side / 2 - pixels(y)).toFixed(1)}" r="${radius.toFixed(1)}"/>`
  const real = modes.centers.map(([x, y]) => dot(x, y, pixels(nearby * modes.deviation) + 3))
  const fakes: string[] = []
  for (let at = 0; at < shown.length; at += 2) {
    const [x, y] = [shown[at], shown[at + 1]]
    if (x !== null && y !== null && Math.max(Math.abs(x), Math.abs(y)) < reach[toy]) fakes.push(dot(x, y, 1.2))
  }
  return (
    `<rect width="${side}" height="${side}" fill="${colors.panel}"/><g fill="${colors.real}">${real.join('')}</g>` +
    `<g fill="${colors.fake}" fill-opacity="0.5">${fakes.join('')}</g>` +
    `<text x="${side / 2}" y="${side + 19}" text-anchor="middle" font-size="13" fill="${colors.quiet}">${label}</text>`
  )
}
