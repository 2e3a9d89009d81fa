/** How good samples are: one measure per file, of rows of numbers or of images; those that compare many rows compute on a device. */
export { rowsOf, imagesOfBytes, imagesOfSamples } from './statistics/image-set.ts'
export type { ImageSet } from './statistics/image-set.ts'
export type { Rows } from './statistics/rows.ts'
export type { Spread } from './statistics/mean-and-deviation.ts'

// Networks that images are seen by.
export { createRandomFeatures } from './networks/random-features.ts'
export { createOnnxFeatures } from './networks/onnx-features.ts'
export type { OnnxFeatureOptions } from './networks/onnx-features.ts'
export type { Classifier, FeatureExtractor } from './networks/feature-extractor.ts'

// Many metrics in one call.
export { compare } from './compare.ts'
export type { CompareImagesOptions, ImageScores, WantedMetric } from './compare.ts'
export type { AnyImageMetric, ImageMetric, MetricContext, MetricInputs, MetricNeed } from './image-sets/image-metric.ts'
export { imageMetrics } from './image-metrics.ts'
export type { ImageMetricName } from './image-metrics.ts'
export { referenceStatistics } from './image-sets/reference-statistics.ts'
export type { ReferenceStatistics } from './image-sets/reference-statistics.ts'

// Samples beside real ones.
export { momentsOf } from './statistics/moments.ts'
export type { Moments } from './statistics/moments.ts'
export { frechetDistance } from './frechet-distance.ts'
export { kernelDistance } from './kernel-distance.ts'
export type { Subsets } from './kernel-distance.ts'
export { precisionRecall } from './precision-recall.ts'
export type { PrecisionRecall } from './precision-recall.ts'
export { densityCoverage } from './density-coverage.ts'
export type { DensityCoverage } from './density-coverage.ts'
export { inceptionScore } from './inception-score.ts'
export type { Splits } from './inception-score.ts'
export { twoSampleTest } from './two-sample-test.ts'
export type { TwoSampleAccuracy } from './two-sample-test.ts'
export { parzenScore } from './parzen-windows.ts'
export type { ParzenScore } from './parzen-windows.ts'
export { slicedWasserstein } from './sliced-wasserstein.ts'
export { modeShares, pointModes } from './modes.ts'
export type { ModeShares, PointModes } from './modes.ts'
export { classShares } from './statistics/class-shares.ts'
export type { ClassShares } from './statistics/class-shares.ts'
export { copyingTest } from './copying-test.ts'
export type { Cell, CopyingRows, CopyingTest, CopyingVerdict, NearestTraining } from './copying-test.ts'

// An image beside the one that it is to be like.
export { psnr } from './psnr.ts'
export { ssim } from './ssim.ts'
export type { PairScores } from './image-pairs.ts'
