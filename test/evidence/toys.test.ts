import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { writeToysPicture } from '../../evidence/toys-picture.ts'
import { allGames } from '../../evidence/toys-runs.ts'
import type { ToyOutcome } from '../../evidence/toys-runs.ts'
import { toysPanels, toysSection } from '../../evidence/toys-section.ts'

/** Two seeds of every game: hinge has lost modes of the ring on one of them, and without penalties everybody draws one point. */
const outcomes = allGames(2).map((game): ToyOutcome => {
  const modes = game.toy === 'grid' ? 25 : 8
  const lost = game.objective === 'hinge' && game.toy === 'ring' && game.seed === 2
  const covered = game.penalties === 'without' ? 1 : lost ? 5 : modes
  return {
    ...game,
    found: { modes, covered, near: lost ? 0.5 : 0.97, divergence: 0.01, spread: covered === 1 ? null : 0.6 },
    shown: game.penalties === 'without' ? [null, null] : [0, 0, 2, 0],
    steps: 10_000,
    threads: 2,
    seconds: 21.4,
    quietSeconds: 9.26,
  }
})

describe('the section on points', () => {
  const lines = toysSection(outcomes, 'images/toys.png').split('\n')

  it('tells every seed of the recipe', () => {
    const grid = lines.filter((line) => line.startsWith('| grid of 25 |'))
    expect(grid).toEqual([1, 2].map((seed) => `| grid of 25 | ${seed} | 25 of 25 | 97.0 % | 0.010 | 0.60 | 9.3 (21) |`))
    expect(lines.filter((line) => line.startsWith('| ring of 8 |'))).toHaveLength(2)
  })

  it('shows which objectives lose modes', () => {
    const row = (name: string) => lines.find((line) => line.startsWith(`| \`${name}\` |`))
    expect(row('minimax')).toBe('| `minimax` | 25, 97.0 % | 8, 97.0 % | **1**, 97.0 % | **1**, 97.0 % |')
    expect(row('hinge')).toBe('| `hinge` | 25, 97.0 % | **5 - 8**, 73.5 % | **1**, 97.0 % | **1**, 73.5 % |')
  })
})

describe('the picture of samples', () => {
  it('has a panel for each game, with samples in colour where there are any', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forger-toys-'))
    try {
      const path = join(folder, 'toys.png')
      const rows = toysPanels(outcomes)
      expect(rows.map(({ title, panels }) => [title, panels.length])).toEqual([
        ['Grid of 25, with R1 and R2', 8],
        ['Grid of 25, without penalties', 8],
        ['Ring of 8, with R1 and R2', 8],
        ['Ring of 8, without penalties', 8],
      ])
      expect(rows[2].panels[4].label).toBe('hinge: 8, 97 %')
      await writeToysPicture(path, rows)
      const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      const isOrange = (pixel: number) => data[3 * pixel] - data[3 * pixel + 2] > 60
      const height = Math.floor(info.height / 4)
      const orange = rows.map((_row, row) => {
        const first = row * height * info.width
        return Array.from({ length: height * info.width }, (_, index) => first + index).filter(isOrange).length
      })
      expect(orange[0]).toBeGreaterThan(7)
      expect(orange[2]).toBeGreaterThan(7)
      expect([orange[1], orange[3]]).toEqual([0, 0])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
