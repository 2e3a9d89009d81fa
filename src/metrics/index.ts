/** How good samples are: one measure per file, of rows of numbers or of images; those that compare many rows compute on a device. */
export { rowsOf, imagesOfBytes, imagesOfSamples } from './image-set.ts'
export type { ImageSet } from './image-set.ts'
export type { Rows } from './rows.ts'
export type { Spread } from './spread.ts'

// Networks that images are seen by.
export { createRandomFeatures } from './random-features.ts'
export { createOnnxFeatures } from './onnx-features.ts'
export type { OnnxFeatureOptions } from './onnx-features.ts'
export type { Classifier, FeatureSpace } from './feature-space.ts'

// Many metrics in one call.
export { compare } from './compare.ts'
export type { CompareImagesOptions, ImageScores, WantedMetric } from './compare.ts'
export type { AnyImageMetric, ImageMetric, MetricContext, MetricInputs, MetricNeed } from './image-metric.ts'
export { imageMetrics } from './image-metrics.ts'
export type { ImageMetricName } from './image-metrics.ts'
export { referenceStatistics } from './reference-statistics.ts'
export type { ReferenceStatistics } from './reference-statistics.ts'

// Samples beside real ones.
export { momentsOf } from './moments.ts'
export type { Moments } from './moments.ts'
export { frechetDistance } from './frechet.ts'
export { kernelDistance } from './kernel-distance.ts'
export type { Subsets } from './kernel-distance.ts'
export { precisionRecall } from './precision-recall.ts'
export type { PrecisionRecall } from './precision-recall.ts'
export { densityCoverage } from './density-coverage.ts'
export type { DensityCoverage } from './density-coverage.ts'
export { inceptionScore } from './inception-score.ts'
export type { Splits } from './inception-score.ts'
export { tellApart } from './two-sample.ts'
export type { ToldApart } from './two-sample.ts'
export { parzenScore } from './parzen.ts'
export type { ParzenScore } from './parzen.ts'
export { slicedWasserstein } from './sliced-wasserstein.ts'
export { modeShares, pointModes } from './modes.ts'
export type { ModeShares, PointModes } from './modes.ts'
export { classShares } from './class-shares.ts'
export type { ClassShares } from './class-shares.ts'
export { copyingTest } from './copying.ts'
export type { Cell, CopyingRows, CopyingTest, CopyingVerdict, NearestTraining } from './copying.ts'

// An image beside the one that it is to be like.
export { psnr } from './psnr.ts'
export { ssim } from './ssim.ts'
export type { PairScores } from './pairs.ts'
