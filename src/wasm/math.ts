/**
 * Elementary functions of four floats at a time, from instructions that every WebAssembly engine rounds alike: with
 * `separateMultiplyAdd` a result is the same on every machine. All of them pass NaN on. Only instructions that V8 can
 * join to 256 bits are used. The polynomials are minimax fits (Lawson's iteration at 40 digits, coefficients rounded
 * to float32 from the lowest up); test/wasm/math.test.ts measures the stated errors, in units in the last place of
 * the float32 result, over all binades and for both ways to multiply and add.
 */
import { f32x4, get, i32, i32x4, op, seq, set } from './instructions.ts'
import type { Code, Local, ValueType } from './instructions.ts'

/** a * b + c. */
export type MultiplyAdd = (a: Code, b: Code, c: Code) => Code

/** Rounded once where the machine has such an instruction, else twice: fast, and different between machines. */
const relaxedMultiplyAdd: MultiplyAdd = (a, b, c) => op('f32x4.relaxed_madd', a, b, c)

/** Rounded twice: the same everywhere. */
export const separateMultiplyAdd: MultiplyAdd = (a, b, c) => add(mul(a, b), c)

/** The multiply-add of a program: strict ones give the same bytes on every machine and in every browser. */
export const multiplyAdd = (strict: boolean): MultiplyAdd => (strict ? separateMultiplyAdd : relaxedMultiplyAdd)

/** What vector code is written with: temporaries of the function it becomes part of, and its multiply-add. */
export interface VectorWriter {
  local(type: ValueType): Local
  readonly madd: MultiplyAdd
}

/** Code that leaves f(x) for the four floats in the local x, which it does not change. */
export type VectorFunction = (writer: VectorWriter, x: Local) => Code

const add = (a: Code, b: Code): Code => op('f32x4.add', a, b)
const sub = (a: Code, b: Code): Code => op('f32x4.sub', a, b)
const mul = (a: Code, b: Code): Code => op('f32x4.mul', a, b)
const div = (a: Code, b: Code): Code => op('f32x4.div', a, b)
/** `mask` is all ones or all zeros in each lane. */
const select = (mask: Code, then: Code, otherwise: Code): Code => op('v128.bitselect', then, otherwise, mask)
/** The first operand is kept if it is NaN: both compare, then choose. */
const atMost = (value: Code, limit: number): Code => op('f32x4.pmin', value, f32x4(limit))
const atLeast = (value: Code, limit: number): Code => op('f32x4.pmax', value, f32x4(limit))

/** Horner's rule; the lowest coefficient first. */
function polynomial({ madd }: VectorWriter, x: Local, coefficients: readonly number[]): Code {
  return coefficients
    .map((coefficient) => f32x4(coefficient))
    .reduceRight((higher, coefficient) => madd(higher, get(x), coefficient))
}

/**
 * Added to a float below 2^22 in magnitude, this leaves the nearest integer in the lowest bits of the sum, and as a
 * float after it is subtracted again.
 */
const rounder = 1.5 * 2 ** 23
const rounderBits = 0x4b40_0000
const mantissaBits = 23

/** The first nine bits of ln 2: its product with an exponent is exact. The rest is subtracted apart. */
const ln2High = 355 / 512

/** e^x on [-ln 2 / 2, ln 2 / 2]; relative error 3e-9. */
const expCoefficients = [1, 1, 0.4999999404, 0.1666651964, 0.04166825861, 0.008368851617, 0.00138217397]

/** e^x: 1.2 ulp; overflows to infinity, underflows gradually through the denormals to 0. */
export const exp: VectorFunction = (writer, x) => {
  const [within, rounded, count, remainder, exponents, half] = temporaries(writer, 6)
  // x = count * ln 2 + remainder
  return seq(
    set(within, atLeast(atMost(get(x), 89), -104)),
    set(rounded, writer.madd(get(within), f32x4(Math.LOG2E), f32x4(rounder))),
    set(count, sub(get(rounded), f32x4(rounder))),
    set(remainder, writer.madd(get(count), f32x4(-ln2High), get(within))),
    set(remainder, writer.madd(get(count), f32x4(ln2High - Math.LN2), get(remainder))),
    // 2^count in two factors, each inside the range of exponents: of 2 * 127 + count, half goes to each.
    set(exponents, op('i32x4.sub', get(rounded), i32x4(rounderBits - 254))),
    set(half, op('i32x4.shr_u', get(exponents), i32(1))),
    mul(
      mul(polynomial(writer, remainder, expCoefficients), powerOfTwo(get(half))),
      powerOfTwo(op('i32x4.sub', get(exponents), get(half))),
    ),
  )
}

/** The float whose biased exponent is given. */
const powerOfTwo = (exponent: Code): Code => op('i32x4.shl', exponent, i32(mantissaBits))

/** ln x: 1 ulp, denormals included; -infinity at 0, NaN below. */
export const log: VectorFunction = (writer, x) => {
  const [tiny, scaled] = temporaries(writer, 2)
  const ofZeroNegativeOrNaN = select(op('f32x4.eq', get(x), f32x4(0)), f32x4(-Infinity), f32x4(NaN))
  return seq(
    set(tiny, op('f32x4.lt', get(x), f32x4(2 ** -126))),
    set(scaled, select(get(tiny), mul(get(x), f32x4(2 ** mantissaBits)), get(x))),
    select(
      op('f32x4.gt', get(x), f32x4(0)),
      select(
        op('f32x4.lt', get(x), f32x4(Infinity)),
        sub(logOfNormal(writer, scaled), op('v128.and', get(tiny), f32x4(mantissaBits * Math.LN2))),
        f32x4(Infinity),
      ),
      ofZeroNegativeOrNaN,
    ),
  )
}

/** (2 artanh(s) / s - 2) / s^2 for s^2 up to 0.0295; error 8e-10 of the whole. */
const logCoefficients = [0.6666677594, 0.3997756243, 0.2987173498]

/** ln x for positive numbers that are neither denormal nor infinite; the method of FreeBSD's and musl's logf. */
export const logOfNormal: VectorFunction = (writer, x) => {
  const [exponent, count, fraction, ratio, square, halfSquare] = temporaries(writer, 6)
  const { madd } = writer
  // x = 2^exponent * (1 + fraction), with 1 + fraction in [sqrt(1/2), sqrt(2)).
  const sqrtHalfBits = 0x3f35_04f3
  return seq(
    set(exponent, op('i32x4.shr_s', op('i32x4.sub', get(x), i32x4(sqrtHalfBits)), i32(mantissaBits))),
    set(count, op('f32x4.convert_i32x4_s', get(exponent))),
    set(fraction, sub(op('i32x4.sub', get(x), powerOfTwo(get(exponent))), f32x4(1))),
    // ln(1 + f) = 2 artanh(f / (2 + f)) = f - f^2/2 + s (f^2/2 + z p(z)), with s = f / (2 + f) and z = s^2
    set(ratio, div(get(fraction), add(get(fraction), f32x4(2)))),
    set(square, mul(get(ratio), get(ratio))),
    set(halfSquare, mul(mul(get(fraction), f32x4(0.5)), get(fraction))),
    madd(
      get(count),
      f32x4(ln2High),
      add(
        get(fraction),
        sub(
          madd(
            get(ratio),
            madd(get(square), polynomial(writer, square, logCoefficients), get(halfSquare)),
            mul(get(count), f32x4(Math.LN2 - ln2High)),
          ),
          get(halfSquare),
        ),
      ),
    ),
  )
}

/** tanh x: 3 ulp, also near 0; odd, and never beyond 1 in magnitude. */
export const tanh: VectorFunction = (writer, x) => {
  const [within, rounded, count, remainder, square, power, excess] = temporaries(writer, 7)
  const { madd } = writer
  const sign = op('v128.and', get(x), i32x4(0x8000_0000))
  // tanh |x| = m / (m + 2) with m = e^2|x| - 1 = 2^count (e^remainder - 1) + (2^count - 1), which cancels nowhere.
  return seq(
    set(within, atMost(op('f32x4.abs', get(x)), 10)),
    set(rounded, madd(get(within), f32x4(2 * Math.LOG2E), f32x4(rounder))),
    set(count, sub(get(rounded), f32x4(rounder))),
    set(remainder, madd(get(count), f32x4(-ln2High), add(get(within), get(within)))),
    set(remainder, madd(get(count), f32x4(ln2High - Math.LN2), get(remainder))),
    set(square, mul(get(remainder), get(remainder))),
    set(power, powerOfTwo(op('i32x4.sub', get(rounded), i32x4(rounderBits - 127)))),
    set(excess, madd(get(square), polynomial(writer, remainder, expCoefficients.slice(2)), get(remainder))),
    set(excess, madd(get(power), get(excess), sub(get(power), f32x4(1)))),
    op('v128.or', div(get(excess), add(get(excess), f32x4(2))), sign),
  )
}

/** 1 / (1 + e^-x): 2.5 ulp for x >= -87.3; 0 for x < -88.73, where the result would be denormal. */
export const sigmoid: VectorFunction = (writer, x) => {
  const [negated] = temporaries(writer, 1)
  return seq(set(negated, op('f32x4.neg', get(x))), div(f32x4(1), add(f32x4(1), exp(writer, negated))))
}

/** 2 artanh(d / 2) / d as a polynomial of d^2 on [0, 4/9]; relative error 5e-9. */
const log1pCoefficients = [1, 0.08333302289, 0.01250669826, 0.00218774192, 0.0005469994503]

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|): 4 ulp, also where it is as small as e^x. */
export const softplus: VectorFunction = (writer, x) => {
  const [negated, power, ratio, square] = temporaries(writer, 4)
  // ln(1 + e) = 2 artanh(d / 2) with d = e / (1 + e/2), which is e itself when e is tiny.
  return seq(
    set(negated, op('f32x4.neg', op('f32x4.abs', get(x)))),
    set(power, exp(writer, negated)),
    set(ratio, div(get(power), writer.madd(get(power), f32x4(0.5), f32x4(1)))),
    set(square, mul(get(ratio), get(ratio))),
    writer.madd(get(ratio), polynomial(writer, square, log1pCoefficients), atLeast(get(x), 0)),
  )
}

/** sin(x) / x as a polynomial of x^2 on [-pi/2, pi/2]; relative error 6e-9. */
const sineCoefficients = [1, -0.1666665971, 0.008333069272, -0.0001980977395, 2.606081807e-6]
/** cos x as a polynomial of x^2 on [-pi/2, pi/2]; absolute error 1e-9. */
const cosineCoefficients = [1, -0.5, 0.04166665673, -0.001388858538, 2.477018097e-5, -2.620910209e-7]

/**
 * sin x: absolute error 2e-7 for |x| <= 200 pi, 3 ulp for |x| <= pi; may pass 1 by one ulp. Beyond the range it is not
 * to be trusted.
 */
export const sin: VectorFunction = (writer, x) => {
  const [rounded, count] = temporaries(writer, 2)
  return seq(
    set(rounded, writer.madd(get(x), f32x4(1 / Math.PI), f32x4(rounder))),
    set(count, sub(get(rounded), f32x4(rounder))),
    alternating(sineOfRemainder(writer, x, count), get(rounded)),
  )
}

/** cos x: absolute error 2e-7 for |x| <= 200 pi; may pass 1 by one ulp. Beyond the range it is not to be trusted. */
export const cos: VectorFunction = (writer, x) => {
  const [rounded, count] = temporaries(writer, 2)
  // cos x = sin(x + pi/2): the distance to the nearest multiple of pi minus a half.
  return seq(
    set(rounded, writer.madd(get(x), f32x4(1 / Math.PI), f32x4(0.5))),
    set(rounded, add(get(rounded), f32x4(rounder))),
    set(count, sub(sub(get(rounded), f32x4(rounder)), f32x4(0.5))),
    alternating(sineOfRemainder(writer, x, count), get(rounded)),
  )
}

/** sin(x - count * pi), where that angle is in [-pi/2, pi/2]; count is a multiple of 1/2. */
function sineOfRemainder(writer: VectorWriter, x: Local, count: Local): Code {
  const [remainder, square] = temporaries(writer, 2)
  // Cody and Waite: the first parts have so few bits that count times them is exact.
  const parts = [3.140625, 9.67502593994140625e-4, 1.509957990978376e-7]
  return seq(
    set(
      remainder,
      parts.reduce((rest, part) => writer.madd(get(count), f32x4(-part), rest), get(x)),
    ),
    set(square, mul(get(remainder), get(remainder))),
    mul(get(remainder), polynomial(writer, square, sineCoefficients)),
  )
}

/** The value with its sign changed where the integer in the lowest bits of `rounded` is odd. */
const alternating = (value: Code, rounded: Code): Code => op('v128.xor', value, op('i32x4.shl', rounded, i32(31)))

/** cos 2 pi u and sin 2 pi u for u in [0, 1], after `setup`: absolute error 2e-7. */
export function circle(writer: VectorWriter, turns: Local): { setup: Code; cosine: Code; sine: Code } {
  const [doubled, rounded, angle, square] = temporaries(writer, 4)
  return {
    // 2 pi u = pi * (nearest integer of 2u) + angle
    setup: seq(
      set(doubled, add(get(turns), get(turns))),
      set(rounded, add(get(doubled), f32x4(rounder))),
      set(angle, mul(sub(get(doubled), sub(get(rounded), f32x4(rounder))), f32x4(Math.PI))),
      set(square, mul(get(angle), get(angle))),
    ),
    cosine: alternating(polynomial(writer, square, cosineCoefficients), get(rounded)),
    sine: alternating(mul(get(angle), polynomial(writer, square, sineCoefficients)), get(rounded)),
  }
}

function temporaries(writer: VectorWriter, count: number): Local[] {
  return Array.from({ length: count }, () => writer.local('v128'))
}
