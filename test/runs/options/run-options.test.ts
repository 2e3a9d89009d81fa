import { describe, expect, it } from 'vitest'
import { recipes } from '../../../src/recipes/index.ts'
import { dotted } from '../../../src/recipes/read-settings.ts'
import { mergeOverrides } from '../../../src/runs/options/merge-overrides.ts'
import type { Override } from '../../../src/runs/options/merge-overrides.ts'
import { flagName, optionName, runOptions } from '../../../src/runs/options/run-options.ts'
import { valueOfText } from '../../../src/runs/options/text-value.ts'
import { UserError } from '../../../src/tensor/errors.ts'

const file = (value: unknown): Override => ({
  path: [],
  given: { value },
  name: (path) => `run.yaml: ${dotted(path)}`,
  file: 'run.yaml',
})
const text = (path: string, value: string): Override => ({
  path: path.split('.'),
  given: { text: value },
  name: (place) => `--set ${dotted(place)}`,
  file: null,
})

describe('mergeOverrides', () => {
  it('gives the defaults where nothing is told, the settings of the recipe among them', () => {
    expect(mergeOverrides([])).toEqual({ ...runOptions.parse({}), game: recipes.mlp.settings.parse({}) })
    expect(mergeOverrides([])).toMatchObject({ checkpointEvery: 500, keep: 3 })
  })

  it('lets the data decide on the recipe, and the recipe on the data, where only one of them is told', () => {
    expect(mergeOverrides([text('data', 'toy:ring')])).toMatchObject({ recipe: 'points', data: 'toy:ring' })
    expect(mergeOverrides([file({ data: 'toy:ring' })]).game).toEqual(recipes.points.settings.parse({}))
    expect(mergeOverrides([text('data', 'fashion')])).toMatchObject({ recipe: 'mlp', data: 'fashion' })
    expect(mergeOverrides([text('recipe', 'points')])).toMatchObject({ recipe: 'points', data: 'toy:grid' })
    expect(mergeOverrides([text('recipe', 'dcgan')])).toMatchObject({ recipe: 'dcgan', data: 'mnist' })
    expect(mergeOverrides([text('data', 'toy:ring'), file({ recipe: 'mlp' })])).toMatchObject({
      recipe: 'mlp',
      data: 'toy:ring',
    })
  })

  it('lets what comes later take the place of what comes earlier, setting by setting', () => {
    const all = [
      file({ batch: 10, seed: 1, game: { latent: 10, generator: { units: [1, 2, 3] }, adam: { beta1: 0.1 } } }),
      text('batch', '20'),
      text('game', '{"latent": 20}'),
      text('game.generator.units', '4,5'),
      text('game.latent', '30'),
    ]
    expect(mergeOverrides(all)).toMatchObject({
      batch: 20,
      seed: 1,
      game: { latent: 30, generator: { units: [4, 5] }, adam: { beta1: 0.1, beta2: 0.99 } },
    })
    expect(mergeOverrides(all.toReversed())).toMatchObject({
      batch: 10,
      game: { latent: 10, generator: { units: [1, 2, 3] } },
    })
  })

  it('takes a limit from the command line in the place of all that a file sets', () => {
    const both = file({ steps: 3000, minutes: 2, batch: 10 })
    expect(mergeOverrides([both])).toMatchObject({ steps: 3000, minutes: 2 })
    expect(mergeOverrides([both, text('epochs', '1.5')])).not.toHaveProperty('steps')
    expect(mergeOverrides([both, text('epochs', '1.5')])).not.toHaveProperty('minutes')
    expect(mergeOverrides([both, text('epochs', '1.5')])).toMatchObject({ epochs: 1.5, batch: 10 })
    expect(mergeOverrides([both, text('steps', '7'), text('minutes', '1')])).toMatchObject({ steps: 7, minutes: 1 })
  })

  it.each<[what: string, told: readonly Override[], sentence: string]>([
    [
      'where the last one told it',
      [file({ batch: 1 }), text('batch', 'x')],
      '--set batch takes a whole number from 1 on, not "x".',
    ],
    [
      'in a file',
      [file({ batch: 'x' }), text('seed', '3')],
      'run.yaml: batch takes a whole number from 1 on, not "x".',
    ],
    [
      'within a group',
      [text('game', '{"latent": 0}')],
      '--set game.latent takes a whole number from 1 to 4096, not 0.',
    ],
    [
      'an unknown name',
      [file({ learnRate: 1 })],
      'run.yaml: learnRate is nothing that a run can be told; did you mean learningRate?',
    ],
    [
      'a forgotten group',
      [text('beta2', '1')],
      '--set beta2 is nothing that a run can be told; did you mean game.adam.beta2?',
    ],
    [
      'an unknown setting',
      [file({ game: { latnt: 1 } })],
      'run.yaml: game.latnt is nothing that the recipe mlp can be told; did you mean game.latent?',
    ],
    ['an unknown recipe in a file', [file({ recipe: 'mlpp' })], 'run.yaml: Unknown recipe "mlpp"; did you mean "mlp"?'],
    ['an unknown recipe elsewhere', [text('recipe', 'mlpp')], 'Unknown recipe "mlpp"; did you mean "mlp"?'],
    [
      'no name of a recipe',
      [file({ recipe: 3 })],
      'run.yaml: recipe takes the name of a recipe or the path of your own, not 3.',
    ],
    [
      'too deep a path',
      [text('game.latent.size', '3')],
      '--set game.latent takes a whole number from 1 to 4096, not a group (size).',
    ],
    [
      'a value for a group',
      [text('game.adam', '3')],
      '--set game.adam takes a group of settings (beta1, beta2), not "3".',
    ],
    [
      'a name that every object has',
      [text('constructor.prototype', '3')],
      '--set constructor is nothing that a run can be told;',
    ],
  ])('says what is wrong, and where: %s', (_what, told, sentence) => {
    expect(() => mergeOverrides(told)).toThrow(UserError)
    expect(() => mergeOverrides(told)).toThrow(sentence)
  })

  it('is not led to the prototype of anything', () => {
    const tree: unknown = JSON.parse('{"__proto__": {"batch": 3}, "game": {"__proto__": {"latent": 3}}}')
    expect(() => mergeOverrides([file(tree)])).toThrow('__proto__ is nothing that')
    expect(() => mergeOverrides([text('__proto__.batch', '3')])).toThrow('__proto__ is nothing that a run can be told')
    expect({}).not.toHaveProperty('batch')
  })
})

describe('valueOfText', () => {
  const integer = { type: 'integer' } as const
  it.each<[string, Parameters<typeof valueOfText>[1], unknown]>([
    ['64', integer, 64],
    ['6e4', integer, 60_000],
    ['', integer, ''],
    ['two', integer, 'two'],
    ['64', { type: 'string' }, '64'],
    ['a,b', { type: 'string' }, 'a,b'],
    ['true', { type: 'boolean' }, true],
    ['yes', { type: 'boolean' }, 'yes'],
    ['128', { type: 'array', items: integer }, [128]],
    ['128, 256', { type: 'array', items: integer }, [128, 256]],
    ['[128,256]', { type: 'array', items: integer }, [128, 256]],
    ['[a, b]', { type: 'array', items: { type: 'string' } }, ['a', 'b']],
    ['["a,b"]', { type: 'array', items: { type: 'string' } }, ['a,b']],
    ['null', { anyOf: [integer, { type: 'null' }] }, null],
    ['3', { anyOf: [integer, { type: 'null' }] }, 3],
    ['none', { anyOf: [integer, { type: 'null' }] }, 'none'],
    ['{"a": 1}', { type: 'object' }, { a: 1 }],
    ['{a}', undefined, '{a}'],
  ])('%j as %j is %j', (written, schema, value) => {
    expect(valueOfText(written, schema)).toEqual(value)
  })
})

describe('names', () => {
  it('are written in two ways', () => {
    for (const name of Object.keys(runOptions.shape)) expect(optionName(flagName(name))).toBe(name)
    expect([flagName('sampleEvery'), optionName('final-rate')]).toEqual(['sample-every', 'finalRate'])
  })
})
