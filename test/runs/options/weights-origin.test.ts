import { describe, expect, it } from 'vitest'
import { originText, parseOrigin } from '../../../src/runs/options/weights-origin.ts'

describe('parseOrigin', () => {
  it.each([
    ['runs/mlp-1', { path: 'runs/mlp-1', step: null, hash: null }],
    ['runs/mlp-1@500', { path: 'runs/mlp-1', step: 500, hash: null }],
    ['runs/mlp-1@0:0123456789abcdef', { path: 'runs/mlp-1', step: 0, hash: '0123456789abcdef' }],
    ['C:\\runs\\a@b', { path: 'C:\\runs\\a@b', step: null, hash: null }],
    ['a@b@12', { path: 'a@b', step: 12, hash: null }],
    ['@3', { path: '@3', step: null, hash: null }],
  ])('reads %s, and writes it again', (text, origin) => {
    expect(parseOrigin(text)).toEqual(origin)
    expect(originText(origin)).toBe(text)
  })
})
