import { describe, expect, it } from 'vitest'
import { classesOf, classNumber, columnsByClass } from '../../src/data/classes.ts'
import { UserError } from '../../src/tensor/errors.ts'

describe('the classes of data', () => {
  it('are counted by their names, or else by the largest label', () => {
    const labels = Uint8Array.of(0, 4, 2)
    expect(classesOf({ labels, classes: null })).toEqual({ count: 5, names: null })
    expect(classesOf({ labels, classes: ['a', 'b', 'c', 'd', 'e', 'f'] })).toMatchObject({ count: 6 })
    expect(classesOf({ labels: Uint16Array.of(999), classes: null })?.count).toBe(1000)
    expect(classesOf({ labels: null, classes: null })).toBeNull()
  })
})

describe('a class', () => {
  const clothes = { count: 3, names: ['T-shirt', 'Trouser', 'Pullover'] }

  it('goes by its number or its name', () => {
    expect(['0', '2', 'Trouser', 'pullover'].map((wanted) => classNumber(wanted, clothes))).toEqual([0, 2, 1, 2])
    expect(classNumber('3', { count: 10, names: null })).toBe(3)
  })

  it('goes by its name also where that looks like another number', () => {
    expect(classNumber('7', { count: 2, names: ['7', '3'] })).toBe(0)
  })

  it.each([
    ['3', clothes, 'There is no class 3; the classes are 0 to 2.'],
    ['1e9', { count: 10, names: null }, 'There is no class "1e9"; the classes are 0 to 9.'],
    ['-1', { count: 1, names: null }, 'There is no class "-1"; the only class is 0.'],
    ['Truser', clothes, 'Unknown class "Truser"; did you mean "Trouser"? Known are T-shirt, Trouser, Pullover.'],
    ['seven', { count: 2, names: ['0', '1'] }, 'There is no class "seven"; the classes are 0 to 1.'],
  ])('that is not there, as %s, is told in one sentence', (wanted, classes, message) => {
    expect(() => classNumber(wanted, classes)).toThrow(UserError)
    expect(() => classNumber(wanted, classes)).toThrow(message)
  })

  it('with a name that no terminal should see is shown in quotes', () => {
    expect(() => classNumber('\u001B[31m', clothes)).toThrow(String.raw`"\u001b[31m"`)
  })
})

describe('pictures of all classes', () => {
  it.each([
    [null, 8, 8],
    [10, 8, 10],
    [10, 16, 20],
    [3, 8, 9],
    [2, 8, 8],
    [1, 8, 8],
    [16, 8, 16],
    [17, 8, 8],
    [1000, 16, 16],
  ])('of %s classes, %i wished, have %i columns', (classes, wished, columns) => {
    expect(columnsByClass(classes, wished)).toBe(columns)
  })
})
