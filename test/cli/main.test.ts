import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recipes } from '../../src/recipes/index.ts'
import { flagName, runOptions } from '../../src/runs/options/run-options.ts'
import { repository } from '../tools/tree.ts'
import { runForger } from './forger.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-help-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const commands = ['train', 'resume', 'sample', 'evaluate', 'compare', 'data', 'recipes', 'doctor', 'completion']

describe('help', () => {
  it('comes without any argument too, and names every command', async () => {
    const asked = await runForger(folder, '--help')
    expect(asked.status).toBe(0)
    expect(asked.stdout).toMatch(/^Usage: forger /)
    expect(asked.stdout.match(/^ {2}[a-z]+ .+ {2}[a-z]/gm)?.map((line) => line.trim().split(' ')[0])).toEqual([
      ...commands,
      'help',
    ])
    expect(await runForger(folder)).toEqual(asked)
  })

  it.each(commands)('of %s fits into 100 columns', async (command) => {
    const { status, stdout } = await runForger(folder, command, '--help')
    expect(status).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Usage: forger ${command} `))
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(await runForger(folder, 'help', command)).toMatchObject({ status, stdout })
  })

  it('says for every option of train what it does and what it is otherwise', async () => {
    const { stdout } = await runForger(folder, 'train', '--help')
    const options = stdout.match(/^ {2}--[a-z-]+(?= (?:<\S+>)? +\S)/gm)?.map((line) => line.trim())
    const ofRuns = Object.keys(runOptions.shape).filter((name) => name !== 'game')
    const own = ['dry-run', 'json', 'options', 'set']
    expect(options?.toSorted()).toEqual([...ofRuns, ...own].map((name) => `--${flagName(name)}`).toSorted())
    expect(stdout).toMatch(/--data <source> +real images or points to learn from \(default: "mnist"\)/)
    expect(stdout).toMatch(/--keep <n> +how many checkpoints are kept \(default: 3\)/)
    for (const recipe of Object.keys(recipes)) expect(stdout).toMatch(new RegExp(`Recipes:\n[^]*^ {2}${recipe} `, 'm'))
    expect(stdout).toMatch(/Examples:\n {2}forger train /)
  })

  it('knows the version', async () => {
    const { version }: { version: string } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    expect(await runForger(folder, '--version')).toMatchObject({ status: 0, stdout: `${version}\n` })
  })
})
