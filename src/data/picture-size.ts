import { UserError } from '../tensor/errors.ts'

/** The size of a picture. */
export interface PictureSize {
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
}

const mostSide = 1024

/** Throws a UserError where images of this size cannot be made; `name` is what asks for them. */
export function requireSize(name: string, { width, height }: PictureSize): void {
  const sides = [width, height]
  if (sides.every((side) => Number.isInteger(side) && side >= 1 && side <= mostSide)) return
  throw new UserError(`${name} asks for images of ${width} x ${height}; their sides are from 1 to ${mostSide} pixels.`)
}

/** One number is the side of a square. */
export const sizeOfSides = (size: number | PictureSize): PictureSize =>
  typeof size === 'number' ? { width: size, height: size } : size
