import { pickRows } from '../../metrics/statistics/random-draw.ts'
import { parzenSigmas, windowLogLikelihoods } from '../../metrics/parzen-windows.ts'
import { pointsOf } from '../../metrics/statistics/centered-points.ts'
import type { Rows } from '../../metrics/statistics/rows.ts'
import { spreadOf } from '../../metrics/statistics/mean-and-deviation.ts'
import { countLabels, rowsOfClasses } from '../../baselines/baseline-model.ts'
import type { FittedGenerative, LabeledRows } from '../../baselines/baseline-model.ts'
import type { Device } from '../../runtime/device.ts'

/**
 * What samples of known classes say of images: within a class, the density is a Gaussian window on each of its samples, all of one width,
 * and classes are as likely as among the real images, which also choose the width: that under which each is likeliest in its own class.
 */
export async function classParzenWindows(
  device: Device,
  samples: LabeledRows,
  real: LabeledRows,
): Promise<Pick<FittedGenerative, 'logJoint'> & { readonly sigma: number }> {
  const { classes } = samples
  // A class that is rare may be missing among few real images; one more of each (Laplace) keeps it possible.
  const logPriors = countLabels(real.labels, classes).map((count) =>
    Math.log((count + 1) / (real.rows.count + classes)),
  )
  const windows = rowsOfClasses(samples.labels, classes).map((own) => pickRows(samples.rows, Int32Array.from(own)))

  /** For each width, log p(row | class) of each class, one class after the other. */
  async function likelihoods(rows: Rows, sigmas: readonly number[]): Promise<Float64Array[][]> {
    const [asked, ...placed] = pointsOf([rows, ...windows])
    const ofClasses: Float64Array[][] = []
    for (const ofClass of placed) ofClasses.push(await windowLogLikelihoods(device, ofClass, asked, sigmas))
    return sigmas.map((_, s) => ofClasses.map((bySigma) => bySigma[s]))
  }

  const choosing = await likelihoods(real.rows, parzenSigmas)
  const means = choosing.map(
    (ofClasses) => spreadOf(Array.from({ length: real.rows.count }, (_, row) => ofClasses[real.labels[row]][row])).mean,
  )
  const sigma = parzenSigmas[means.indexOf(Math.max(...means))]
  return {
    sigma,
    async logJoint(rows) {
      const [ofClasses] = await likelihoods(rows, [sigma])
      const values = new Float64Array(rows.count * classes)
      ofClasses.forEach((ofClass, label) =>
        ofClass.forEach((value, row) => (values[row * classes + label] = value + logPriors[label])),
      )
      return { values, count: rows.count, size: classes }
    },
  }
}
