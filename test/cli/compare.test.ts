import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { folderOfBars } from '../comparison/bars.ts'
import { runForger, startForger } from './forger.ts'

const bars = folderOfBars()
const models = 'naive-bayes,rbm,decision-tree'
const command =
  `compare idx:bars.idx,kinds.idx --models ${models} --outliers idx:others.idx --rows 300 --count 100 --threads 1 --out killed`.split(
    ' ',
  )

describe('forger compare', () => {
  it('goes on where it was killed, with what was done as it was', async () => {
    const folder = bars.at()
    const part = (id: string) => join(folder, 'killed/parts', `${id}.json`)
    const { child, finished } = startForger(folder, ...command)
    while (!existsSync(part('naive-bayes')) && child.exitCode === null) await sleep(5)
    child.kill('SIGKILL')
    const { signal } = await finished
    expect(signal).toBe('SIGKILL')
    expect(existsSync(part('decision-tree'))).toBe(false)
    const before = { text: readFileSync(part('naive-bayes'), 'utf8'), time: statSync(part('naive-bayes')).mtimeMs }

    const { status, stdout, stderr } = await runForger(folder, ...command)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'Everything goes to killed; "forger compare ... --out killed" goes on with it if it is stopped.\n',
    })
    expect(statSync(part('naive-bayes')).mtimeMs).toBe(before.time)
    expect(readFileSync(part('naive-bayes'), 'utf8')).toBe(before.text)
    expect(stdout).toMatch(/^Models that draw, by 100 samples of each/)
    expect(stdout).toMatch(/^Restricted Boltzmann machine .* yes$/m)
    expect(stdout).toMatch(/^Decision tree +300 +\d/m)
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Pictures and tables are in killed/comparison.html.')

    const { stdout: json } = await runForger(folder, ...command, '--json')
    expect(JSON.parse(json)).toEqual({
      ...JSON.parse(readFileSync(join(folder, 'killed/comparison.json'), 'utf8')),
    })
  }, 120_000)

  it('names its models in its help, and knows no others', async () => {
    const { status, stdout } = await runForger(bars.at(), 'compare', '--help')
    expect(status).toBe(0)
    expect(stdout).toContain('conditional-gan')
    const mistake = await runForger(bars.at(), 'compare', '--models', 'naive-bayes,dbm')
    expect(mistake).toMatchObject({ status: 2, stdout: '' })
    expect(mistake.stderr).toMatch(/^error: Unknown model "dbm"; did you mean "\w+"\? Known are naive-bayes, .*\.\n$/)
  }, 60_000)
})
