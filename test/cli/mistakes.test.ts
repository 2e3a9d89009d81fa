import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { forger } from '../../src/cli/forger.ts'
import { runForger } from './forger.ts'
import type { Finished } from './forger.ts'
import { harmRuns, trainings, writeFiles } from './mistakes-folder.ts'

interface Mistake {
  /** The command line behind `forger`. */
  readonly line: string
  /** What is said of it; ... for anything. */
  readonly sentence: string
}

/** By what they are about. */
const mistakes = readFileSync(new URL('mistakes.txt', import.meta.url), 'utf8')
  .split(/^# /m)
  .slice(1)
  .map((section) => {
    const [subject, ...commands] = section.trim().split(/\n+\$ forger /)
    const cases = commands.map((text): Mistake => {
      const [line, sentence] = text.split('\n')
      return { line, sentence }
    })
    return { subject, cases: cases.filter(({ line }) => process.platform === 'linux' || !/\/(proc|dev)\//.test(line)) }
  })

const wordsOf = (line: string): string[] => line.split(' ').map((word) => (word === "''" ? '' : word))

const home = process.cwd()
let folder = ''
beforeAll(async () => {
  vi.stubEnv('FORGER_TUNE', '0')
  vi.stubEnv('FORGER_CACHE', join(tmpdir(), 'forger-test-cache'))
  folder = mkdtempSync(join(tmpdir(), 'forger-mistakes-'))
  writeFiles(folder)
  process.chdir(folder)
  for (const line of trainings) {
    const { status, stderr } = await told(line)
    if (status !== 0) throw new Error(`forger ${line} ended with status ${status}: ${stderr}`)
  }
  harmRuns(folder)
}, 120_000)
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
})

/** What a command says and how it ends, in this process. */
async function told(line: string): Promise<Omit<Finished, 'signal'>> {
  let [stdout, stderr] = ['', '']
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true)),
    vi.spyOn(console, 'log').mockImplementation((text) => void (stdout += `${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text) => void (stderr += `${text?.stack ?? text}\n`)),
  ]
  try {
    return { status: await forger(wordsOf(line)), stdout, stderr }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** Everything that lies in the folder: a file that was written to, even with the same bytes, is another one. */
const tree = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const facts = lstatSync(join(folder, name), { bigint: true })
      return facts.isDirectory() ? `${name}/` : `${name} ${facts.ino} ${facts.size} ${facts.ctimeNs}`
    })

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Says `sentence` and nothing else, and leaves the folder as it was. */
async function expectRefusal(work: () => Promise<Omit<Finished, 'signal'>>, sentence: string): Promise<void> {
  const before = tree()
  const { status, stdout, stderr } = await work()
  expect(stderr).toMatch(new RegExp(`^error: ${sentence.split('...').map(quoted).join('.+')}\n$`))
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(tree()).toEqual(before)
}

describe.each(mistakes)('a mistake about $subject', ({ cases }) => {
  it.each(cases)('gets one sentence, and nothing is written: forger $line', async ({ line, sentence }) => {
    await expectRefusal(() => told(line), sentence)
  })
})

describe('a process', () => {
  it.each(mistakes.map(({ cases: [first] }) => first))(
    'ends with the same sentence: forger $line',
    { timeout: 120_000 },
    ({ line, sentence }) => expectRefusal(() => runForger(folder, ...wordsOf(line)), sentence),
  )
})

describe('the table of mistakes', () => {
  const sentences = mistakes.flatMap(({ cases }) => cases.map(({ sentence }) => sentence))

  it('holds sentences, many of them, and nothing that leaked out of the code', () => {
    expect(sentences.length).toBeGreaterThan(150)
    for (const sentence of sentences) {
      expect(sentence).toMatch(/^\S.*[.?]$/)
      expect(sentence).not.toMatch(/undefined|\[object|received|invalid input|\bat .*:\d+:\d+/)
    }
  })
})
