import { describe, expect, it } from 'vitest'
import { createSource } from '../../src/data/source.ts'
import { UserError } from '../../src/tensor/errors.ts'

const parts = {
  name: 'two dots',
  shape: [1, 1, 3],
  images: new Uint8Array([1, 2, 3, 4, 5, 6]),
  labels: new Uint8Array([0, 1]),
  classes: ['dark', 'light'],
} as const

describe('createSource', () => {
  it('counts its images', () => {
    expect(createSource(parts).count).toBe(2)
  })

  it.each([
    ['no images', { images: new Uint8Array() }, 'two dots holds no images'],
    ['part of an image', { images: new Uint8Array(7) }, 'no multiple of one image of 1 x 1 x 3'],
    ['too few labels', { labels: new Uint8Array(1) }, '2 images but 1 labels'],
    ['a label without a class', { labels: new Uint8Array([0, 7]) }, 'image 1 the label 7'],
  ])('refuses %s', (_, change, message) => {
    const create = () => createSource({ ...parts, ...change })
    expect(create).toThrow(UserError)
    expect(create).toThrow(message)
  })
})

describe('the fingerprint', () => {
  const fingerprint = (change = {}) => createSource({ ...parts, ...change }).fingerprint()

  it('is the same for the same samples, whatever they are called', () => {
    expect(fingerprint()).toMatch(/^[0-9a-f]{32}$/)
    expect(fingerprint({ name: 'other', images: new Uint8Array(parts.images), classes: null })).toBe(fingerprint())
  })

  it('changes with the pixels, the labels and the shape', () => {
    const all = [
      fingerprint(),
      fingerprint({ images: new Uint8Array([1, 2, 3, 4, 5, 7]) }),
      fingerprint({ labels: new Uint8Array([1, 0]) }),
      fingerprint({ labels: null }),
      fingerprint({ shape: [1, 3, 1] }),
    ]
    expect(new Set(all).size).toBe(all.length)
  })
})
