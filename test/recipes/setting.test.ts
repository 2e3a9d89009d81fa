import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  expectedText,
  settingAt,
  settingOf,
  singleSettings,
  toJsonSchema,
  valueText,
} from '../../src/recipes/setting.ts'

describe('expectedText', () => {
  it.each<[z.ZodType, string]>([
    [z.int(), 'a whole number'],
    [z.int().min(1), 'a whole number from 1 on'],
    [z.int().min(1).max(4096), 'a whole number from 1 to 4096'],
    [z.int().max(5), 'a whole number up to 5'],
    [z.number().positive(), 'a number above 0'],
    [z.number().lt(1), 'a number below 1'],
    [z.number().min(0).lt(1), 'a number from 0 to below 1'],
    [z.number().positive().max(1e9), 'a number above 0 and up to 1e9'],
    [z.number().gt(0).lt(1), 'a number above 0 and below 1'],
    [z.boolean(), 'true or false'],
    [z.enum(['normal', 'uniform']), 'one of normal, uniform'],
    [z.literal('normal'), 'normal'],
    [z.number().min(0).nullable(), 'a number from 0 on or null'],
    [z.array(z.int()), 'a list of values, each a whole number'],
    [z.array(z.int()).min(1), 'a list of 1 or more values, each a whole number'],
    [z.array(z.int()).max(3), 'a list of up to 3 values, each a whole number'],
    [z.array(z.int().min(0)).length(2), 'a list of 2 values, each a whole number from 0 on'],
    [z.strictObject({ units: z.int(), slope: z.number() }), 'a group of settings (units, slope)'],
    [z.string().meta({ expected: 'the name of a recipe' }), 'the name of a recipe'],
  ])('%#: says what a schema allows', (schema, text) => {
    expect(expectedText(toJsonSchema(schema))).toBe(text)
  })
})

describe('settingOf', () => {
  const root = settingOf(
    z.strictObject({
      latent: z.int().default(100).describe('numbers in one latent'),
      adam: z.strictObject({ beta1: z.number().default(0) }).prefault({}),
      out: z.string().optional().meta({ argument: 'folder', otherwise: 'a new one' }),
    }),
    ['game'],
  )

  it('makes a tree of what can be told', () => {
    expect(singleSettings(root).map(({ path }) => path.join('.'))).toEqual([
      'game.latent',
      'game.adam.beta1',
      'game.out',
    ])
    expect(settingAt(root, ['latent'])).toMatchObject({
      description: 'numbers in one latent',
      standard: 100,
      otherwise: '100',
    })
    expect(settingAt(root, ['out'])).toMatchObject({ argument: 'folder', standard: undefined, otherwise: 'a new one' })
    expect(settingAt(root, ['adam', 'beta1'])).toMatchObject({ path: ['game', 'adam', 'beta1'], standard: 0 })
  })

  it.each([[['latnt']], [['latent', 'x']], [['__proto__']], [['adam', 'constructor']]])(
    'finds nothing at %j',
    (path) => {
      expect(settingAt(root, path)).toBe(null)
    },
  )
})

describe('valueText', () => {
  it('writes values as people do', () => {
    expect([0.5, 'mnist', [256, 512], true].map(valueText)).toEqual(['0.5', 'mnist', '256, 512', 'true'])
  })
})
