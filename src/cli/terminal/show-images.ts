import type { GridImages } from '../../runs/samples/image-grid.ts'
import { liveArea } from './live-area.ts'
import type { TerminalStream } from './live-area.ts'
import { capabilitiesOf } from './terminal-capabilities.ts'
import { sampleDrawer } from './sample-picture.ts'

/** A stream, and what it can show: process.stdout is one. */
export type Output = TerminalStream & Parameters<typeof capabilitiesOf>[0]

/** As many as there is room for. Shows nothing where output goes to a file, or to a terminal that knows no pictures. */
export async function showImages(output: Output, images: GridImages): Promise<void> {
  const { columns = 80, rows = 24 } = output
  const { text, overlay } = await sampleDrawer(capabilitiesOf(output))(images, { columns, rows: rows - 2 })
  if (text === '') return
  const area = liveArea(output)
  area.draw(text, overlay)
  area.end()
}
