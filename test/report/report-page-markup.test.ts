import { describe, expect, it } from 'vitest'
import { reportPage } from '../../src/report/report-page.ts'
import { style } from '../../src/report/page/page-style.ts'
import { gameReports } from '../../src/gan/players/report.ts'
import type { MeansLine } from '../../src/runs/folder/log-lines.ts'
import { meansAt, onePixel, someFacts } from './some-report-facts.ts'

/** What a reader sees, roughly: no tags, no script, references resolved. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<(style|script|title)[^>]*>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')

const withoutScript = (page: string): string => page.split('<script>')[0]

const count = (text: string, part: string): number => text.split(part).length - 1

describe('reportPage', () => {
  it('says in words what was trained on what for how long', () => {
    const text = textOf(reportPage(someFacts()))
    expect(text).toContain('What a generator learned from mnist train in 2 minutes 30 seconds')
    expect(text).toContain(
      'The recipe mlp (two multilayer perceptrons) was trained for 3,000 steps on 60,000 gray images of 28 × 28, which it read 6.4 times.',
    )
    expect(text).toContain('23 November 2026')
  })

  it('tells how to go on, and the command that makes the same run, without places of this machine', () => {
    const text = textOf(reportPage(someFacts()))
    expect(text).toContain('forger resume mlp-1 --steps 6000')
    const command =
      'forger train --data mnist --steps 3000 --learning-rate 0.002 --strict --set game.generator.units=[64,128]'
    expect(text.replaceAll(/ +(?=--)/g, ' ').replaceAll("'", '')).toContain(command)
    expect(text).not.toContain('/home/somebody')
  })

  it.each([
    ['was stopped', { step: 2999, seconds: 60 }, 'forger resume mlp-1 Copy'],
    ['was out of time', { step: 2999, seconds: 120.5 }, 'forger resume mlp-1 --minutes 4 Copy'],
  ])('goes on to the limits of a run that %s', (_, place, command) => {
    const options = [
      { path: ['steps'] as const, description: '', value: 3000, usual: 3000 },
      { path: ['minutes'] as const, description: '', value: 2, usual: 2 },
    ]
    expect(textOf(reportPage(someFacts({ ...place, options })))).toContain(command)
  })

  it('says how it was judged on the way, what became of that, and how to go on', () => {
    const checks = [90, 30, NaN, 20, 21].map((distance, index) => ({
      step: 500 * index,
      distance,
      toldApart: { accuracy: 0.9, low: 0.88, high: 0.92 },
      covered: 0.25 * index,
      ranked: 0.8,
      losses: null,
    }))
    const judgement = {
      state: 'plateau',
      stops: true,
      best: 1500,
      fruitless: 7,
      reason: 'no better samples',
      warning: null,
    } as const
    const checking = { checks, judgement, hasStopped: true, distance: 'Some <distance>', kept: 1500 }
    const options = [{ path: ['patience'] as const, description: '', value: 5, usual: 5 }]
    const text = textOf(reportPage(someFacts({ checking, options })))
    expect(text).toContain('5 checks compared generated samples with real ones that nobody had learned from.')
    expect(text).toContain('The run stopped by itself, as plateau : no better samples.')
    expect(text).toContain('those of step 1,500, the best one, at a distance of 20.')
    expect(text).toContain('Some <distance> 21')
    expect(text).toContain('Samples after 1,500 steps. As they came')
    expect(text).toContain('forger resume mlp-1 --patience 14 Copy')
    expect(textOf(reportPage(someFacts()))).not.toContain('How good the samples became')
    expect(text).toContain('two-sample classifier 0.9 discriminator 0.8')
    const silent = { ...checking, checks: checks.map((check) => ({ ...check, ranked: null })) }
    expect(textOf(reportPage(someFacts({ checking: silent })))).toContain('two-sample classifier 0.9 0.4')
  })

  it('puts first what is not as usual', () => {
    const table = textOf(reportPage(someFacts()).split('<tbody>')[1])
    const order = ['learningRate', 'strict', 'game.generator.units', 'data', 'steps', 'threads', 'game.latent']
    expect(order.map((name) => table.indexOf(` ${name} `))).toEqual(
      order.map((name) => table.indexOf(` ${name} `)).toSorted((a, b) => a - b),
    )
    expect(table).toContain('0.002 usually 0.001')
    expect(table).toContain('64, 128 usually 256')
    expect(table).toContain('yes usually no')
    expect(count(table, 'usually')).toBe(3)
  })

  it('shows every picture that it is given up to 24, evenly chosen, and hides all but the last', () => {
    const pictures = Array.from({ length: 100 }, (_, index) => ({ step: 10 * (index + 1), picture: onePixel }))
    const page = reportPage(someFacts({ pictures }))
    const frames = [...page.matchAll(/<figure\s+class="frame[^"]*"\s+data-step="(\d+)"\s*(hidden)?\s*>/g)]
    expect(frames).toHaveLength(24)
    expect(frames.map(([, step]) => Number(step))).toEqual(
      expect.arrayContaining([10, 1000].map((step) => expect.closeTo(step, 0))),
    )
    expect(frames.map(([, , hidden]) => hidden !== undefined)).toEqual([...Array<boolean>(23).fill(true), false])
    // Those, and the large one.
    expect(count(page, 'src="data:image/png;base64,iVBOR')).toBe(25)
    expect(count(page, '<img')).toBe(count(page, 'alt="Samples of the generator after '))
  })

  it('lists rollbacks with their explanations, and marks them in every curve', () => {
    const rollbacks = [
      {
        step: 900,
        time: '2026-11-23T05:14:24.165Z',
        rollback: 'The loss grew to 1e9.',
        backTo: 500,
        learningRate: 5e-4,
      },
      { step: 2100, time: '2026-11-23T05:20:24.165Z', rollback: 'Again.', backTo: 2000, learningRate: 2.5e-4 },
    ]
    const page = reportPage(someFacts({ rollbacks }))
    const text = textOf(page)
    expect(text).toContain('Step 900 back to step 500, learning rate 0.0005 The loss grew to 1e9.')
    expect(text).toContain('Step 2,100 back to step 2,000, learning rate 0.00025 Again.')
    expect(count(page, '<text x="30%" y="0"')).toBe(4)
    expect(count(page, '<rect class="lost"')).toBe(8)
    expect(textOf(reportPage(someFacts()))).not.toContain('etback')
  })

  it('escapes names that would be markup', () => {
    const bad = `</title></script><script>alert(1)</script><img src=x onerror='alert(2)'>"&amp;`
    const rollback = { step: 900, time: '2026-11-23T05:14:24.165Z', rollback: bad, backTo: 500, learningRate: 5e-4 }
    const facts = someFacts({
      name: bad,
      recipe: { name: bad, summary: bad },
      data: { name: bad, count: 5, shape: [2, 2, 1], fingerprint: bad },
      options: [{ path: ['data'], description: bad, value: bad, usual: bad }],
      versions: { forger: bad, [bad]: bad },
      machine: { processor: bad },
      rollbacks: [rollback],
      model: { latent: [5], prior: bad, shape: [2, 2, 1], range: [0, 1], classes: 3 },
    })
    const page = reportPage(facts)
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img src=x')
    expect(count(page, '<script')).toBe(1)
    expect(count(page, '</title>')).toBe(1)
    expect(count(textOf(page), bad)).toBeGreaterThanOrEqual(10)
  })

  it('thins a long log, and still says what its peaks were', () => {
    const log = Array.from({ length: 20_000 }, (_, index) =>
      meansAt(index + 1, index === 7777 ? { generatorLoss: 98_765 } : {}),
    )
    const page = reportPage(someFacts({ log, step: 20_000 }))
    expect(page.length).toBeLessThan(250_000)
    expect(page).toContain('98765')
    expect(textOf(page)).toContain('Lone values as far out as 98,800 do not fit in and are cut off.')
  })

  it('leaves out the curve of a penalty that nobody pays', () => {
    const log = [meansAt(50, { penalty: 0 }), meansAt(100, { penalty: 0 })]
    expect(textOf(reportPage(someFacts({ log })))).not.toContain('Penalty')
    expect(textOf(reportPage(someFacts()))).toContain('Penalty')
  })

  it('draws what each stage reports over the steps that report it', () => {
    const shown = (chart: string, title: string) => ({ tag: `x/${title}`, chart, title })
    const reports = {
      ...gameReports([]),
      content: shown('Terms', 'content'),
      texture: shown('Terms', 'texture'),
      edges: shown('Terms', 'edges'),
      entropy: shown('Disorder', 'entropy'),
    }
    const warmUp = (step: number) => ({ ...meansAt(step), scalars: { generatorLoss: 5, content: step } })
    const game = (step: number) => meansAt(step, { texture: 2, edges: 3, entropy: 4 })
    /** The series of every chart with its first and last step. */
    const chartsOf = (log: readonly MeansLine[]) => {
      const page = reportPage(someFacts({ log, reports }))
      return [...page.matchAll(/aria-label="([^"]*?) from step (\d+) to (\d+): ([^"]*)\."/g)].map(
        ([, title, first, last, courses]) =>
          [title, first, last, courses.replaceAll(/ from .*?(, |$)/g, '$1')].join(' '),
      )
    }
    const mixed = { ...game(60), scalars: { ...game(60).scalars, content: 60 } }
    const whole = [warmUp(20), warmUp(40), mixed, game(80), game(100)]
    for (const log of [whole, whole.filter(({ step }) => step !== 60)]) {
      const [end, begin] = log === whole ? [60, 60] : [40, 80]
      expect(chartsOf(log)).toEqual([
        `Losses ${begin} 100 discriminator, generator`,
        `Scores ${begin} 100 D(x), real, D(G(z)), generated`,
        `Penalty ${begin} 100 in the discriminator&#39;s loss`,
        `Terms 20 ${end} content`,
        `Terms ${begin} 100 texture, edges`,
        `Disorder ${begin} 100 entropy`,
        'Speed 20 100 real samples per second',
      ])
    }
    expect(chartsOf([warmUp(20), warmUp(40)])).toEqual([
      'Losses 20 40 generator',
      'Terms 20 40 content',
      'Speed 20 40 real samples per second',
    ])
  })

  it('tells of a run of which there is next to nothing', () => {
    const nothing = {
      log: [],
      pictures: [],
      final: null,
      evolution: false,
      model: null,
      step: 0,
      epochs: 0,
      seconds: 0,
    }
    const page = reportPage(someFacts(nothing))
    expect(textOf(page)).toContain('A generator that has yet to learn from mnist train')
    expect(textOf(page)).toContain('There are no curves yet')
    expect(textOf(page)).toContain('The run has not written its generator.onnx.')
    expect(page).not.toContain('<img')
    expect(withoutScript(page)).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('tells of a run with one picture and one line in its log', () => {
    const pictures = [{ step: 1, picture: onePixel }]
    const page = reportPage(
      someFacts({ log: [meansAt(1)], pictures, final: null, step: 1, epochs: 0.002, seconds: 0.1 }),
    )
    expect(textOf(page)).toContain('was trained for 1 step on')
    expect(textOf(page)).toContain('in less than a second')
    expect(page).not.toContain('<input type="range"')
    expect(withoutScript(page)).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('style', () => {
  /** Of WCAG 2, between two colors as #rrggbb. */
  function contrast(...colors: readonly [string, string]): number {
    const [dark, light] = colors
      .map((color) => {
        const [red, green, blue] = [1, 3, 5].map((at) => {
          const level = Number.parseInt(color.slice(at, at + 2), 16) / 255
          return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
      })
      .toSorted((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const themes = style
    .split(':root {')
    .slice(1, 3)
    .map(
      (block) =>
        new Map([...block.split('}')[0].matchAll(/--(\w+): (#\w{6})/g)].map(([, name, color]) => [name, color])),
    )

  it.each(['light', 'dark'].map((name, index) => [name, themes[index]] as const))(
    'has text in the %s theme that can be read',
    (_, theme) => {
      for (const name of ['ink', 'soft', 'discriminator', 'generator', 'neutral', 'third', 'fourth', 'rollback']) {
        for (const paper of ['paper', 'raised']) {
          const ratio = contrast(theme.get(name) ?? '', theme.get(paper) ?? '')
          expect(ratio, `${name} on ${paper}`).toBeGreaterThanOrEqual(4.5)
        }
      }
    },
  )
})
