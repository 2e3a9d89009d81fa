/** Results as Markdown, which is what docs/benchmarks.md quotes and what a terminal shows well enough. */

import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { denseGameNames, rules, rulesOf } from './peers/stand-in.mjs'
import type { GameName } from './peers/stand-in.mjs'
import { fastest, medianMs, timesAsLong } from './results.ts'
import type { Entry, GameResult } from './results.ts'
import { isMet } from './targets.ts'
import type { Target } from './targets.ts'

export function machineText(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const load = loadavg()[0].toFixed(2)
  const cores = `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}`
  return `${cores}, ${memory}, ${process.platform} ${process.arch}, Node ${process.versions.node}; load at the start ${load}`
}

/** One game's programs, the fastest first. */
export function gameTable(result: GameResult): string {
  const forger = fastest(result, 'forger')
  const columns: [header: string, cell: (entry: Entry) => string][] = [
    ['program', ({ name }) => name],
    ['version', ({ version }) => version],
    ['ms a step', (entry) => medianMs(entry).toFixed(2)],
    ['least', ({ rounds }) => Math.min(...rounds).toFixed(2)],
    ["times Forger's", (entry) => (forger ? timesAsLong(entry, forger).toFixed(2) : '')],
    ['memory, MB', ({ last }) => last.rssMb?.toFixed(0) ?? ''],
    ['first step, s', ({ firstStepSeconds }) => firstStepSeconds.toFixed(2)],
  ]
  const entries = result.entries.toSorted((a, b) => medianMs(a) - medianMs(b))
  const filled = columns.filter(([, cell]) => entries.some((entry) => cell(entry) !== ''))
  const header = filled.map(([name]) => name)
  const rows = entries.map((entry) => filled.map(([, cell]) => cell(entry)))
  return `## ${result.game}: ${gameText(result)}\n\n${table(header, rows)}`
}

function gameText({ game, parameters }: GameResult): string {
  const { objective, image, batch } = rulesOf(game)
  const [g, d] = parameters?.map((count) => `, ${count.toLocaleString('en-US')} parameters`) ?? ['', '']
  return `${playersText(game, image, g, d)}, ${objective}, batch ${batch}`
}

function playersText(game: GameName, image: readonly number[], g: string, d: string): string {
  const dense = denseGameNames.find((name) => name === game)
  if (dense === undefined) return `${image.join(' x ')}, G${g.slice(1)}, D${d.slice(1)}`
  const { generator, discriminator } = rules.games[dense]
  return `G ${generator.join('-')}, D ${discriminator.join('-')}`
}

export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map((target) => [
    target.what,
    `${target.sense} ${round(target.goal)}`,
    target.measured === undefined ? 'not measured' : round(target.measured),
    target.measured === undefined ? '' : isMet(target) ? 'met' : 'missed',
  ])
  return `## Targets\n\n${table(['target', 'goal', 'measured', ''], rows)}`
}

const round = (number: number): string => number.toFixed(2)

/** The first column is text, the others are set to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(header), rule, ...rows.map(line)].join('\n')
}
