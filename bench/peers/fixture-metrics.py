"""Writes the fixture that holds Forger's metrics to the field's own code:

    python bench/peers/fixture-metrics.py

in a Python that has numpy, scipy, scikit-learn, scikit-image and torch-fidelity. The numbers that are measured come from a formula
(test/metrics/formula.ts has the same), so that only the results are stored.
"""

import importlib.metadata
import json
import platform
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.neighbors import KernelDensity, NearestNeighbors
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kernel_mmd, kid_features_to_metric
from torch_fidelity.metric_prc import prc_features_to_metric

FIXTURE = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "metrics.json"


def uniform(count, seed):
    """Numbers in [0, 1) that look random, as shaders make them."""
    x = np.sin(np.arange(count) * 12.9898 + seed * 78.233) * 43758.5453
    return x - np.floor(x)


def rounded(x):
    """Multiples of 1/4096, so that the last digits of a sine do not matter and float32 has them exactly."""
    return np.floor(x * 4096 + 0.5) / 4096


def features(count, size, seed, shift=0.0):
    """Rows whose columns have less and less spread; the first one is shifted."""
    x = uniform(count * size * 3, seed).reshape(count, size, 3).sum(axis=2) - 1.5
    x = x / np.sqrt(1 + np.arange(size))
    x[:, 0] += shift
    return rounded(x)


def images(count, height, width, channels, seed, noise):
    """Waves, with a little noise; pixels in [0, 1]."""
    at = np.arange(count * height * width * channels)
    x = 0.5 + 0.35 * np.sin(at * 0.17) + noise * (uniform(len(at), seed) - 0.5)
    return rounded(x).reshape(count, height, width, channels)


def frechet(a, b):
    statistics = [fid_features_to_statistics(torch.from_numpy(x)) for x in (a, b)]
    return fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]


def frechet_symmetric(a, b):
    """Where there are fewer rows than columns, the eigenvalues of the product lose half of their digits; this form does not."""
    s1, s2 = (np.cov(x, rowvar=False) for x in (a, b))
    values, vectors = np.linalg.eigh(s1)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    roots = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ s2 @ root), 0)).sum()
    apart = a.mean(axis=0) - b.mean(axis=0)
    return apart @ apart + np.trace(s1) + np.trace(s2) - 2 * roots


def neighbors(rows, k, to=None):
    """Distances to the nearest k rows, without itself where both sets are the same, and which ones they are."""
    same = to is None
    found = NearestNeighbors(n_neighbors=k + same, algorithm="brute").fit(rows if same else to).kneighbors(rows)
    return [x[:, int(same):] for x in found]


def density_coverage(real, generated, k):
    """Naeem et al. 2020, equations 3 and 4."""
    radii = neighbors(real, k)[0][:, -1]
    distances = np.sqrt(((real[:, None] - generated[None]) ** 2).sum(axis=2))
    inside = distances < radii[:, None]
    return {"density": inside.sum() / (k * len(generated)), "coverage": (distances.min(axis=1) < radii).mean()}


def parzen(samples, rows, sigma):
    """The log-likelihood of every row; what scikit-learn calls a kernel density."""
    return KernelDensity(bandwidth=sigma, kernel="gaussian", atol=0, rtol=0).fit(samples).score_samples(rows)


def z_of(x, y):
    p = stats.mannwhitneyu(x, y, alternative="less", method="asymptotic", use_continuity=False).pvalue
    return stats.norm.ppf(p)


def settings_of_kernel(size, subsets=1):
    return {
        "kid_kernel": "poly",
        "kid_kernel_poly_degree": 3,
        "kid_kernel_poly_gamma": None,
        "kid_kernel_poly_coef0": 1,
        "kid_subsets": subsets,
        "kid_subset_size": size,
        "rng_seed": 1,
        "verbose": False,
    }


real, generated = features(200, 16, 1), features(180, 16, 2, shift=0.2)
wide_real, wide_generated = features(300, 64, 3), features(280, 64, 4, shift=0.1)
few_real, few_generated = features(30, 64, 5), features(25, 64, 6, shift=0.1)
precision = {
    "prc_neighborhood": 3,
    "prc_batch_size": 10000,
    "save_cpu_ram": False,
    "verbose": False,
}
from_real, from_generated = torch.from_numpy(real), torch.from_numpy(generated)
square = features(40, 40, 7)
distances, indices = neighbors(generated, 3, real)
own_distances, own_indices = neighbors(real, 2)
sigmas = np.logspace(-1, 0, 10)
validation, test = features(150, 16, 8), features(170, 16, 9)
chosen = sigmas[np.argmax([parzen(generated, validation, sigma).mean() for sigma in sigmas])]
likelihoods = parzen(generated, test, chosen)
logits = torch.from_numpy(features(95, 10, 10) * 4)
held_out = features(120, 16, 11)
to_held_out, to_generated = (neighbors(x, 1, real)[0][:, 0] for x in (held_out, generated))
gray, gray_reference = images(3, 24, 20, 1, 12, 0.2), images(3, 24, 20, 1, 13, 0.1)
color, color_reference = images(2, 17, 16, 3, 14, 0.3), images(2, 17, 16, 3, 15, 0.3)


def similarity(a, b):
    return [
        structural_similarity(
            x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1, channel_axis=-1
        )
        for x, y in zip(a, b)
    ]


def numbers(x):
    return [float(value) for value in np.ravel(x)]


tied = np.round(uniform(40, 16) * 8), np.round(uniform(50, 17) * 9)
results = {
    "frechet": frechet(real, generated),
    "frechetWide": frechet(wide_real, wide_generated),
    "frechetFewRows": float(frechet_symmetric(few_real, few_generated)),
    "eigenvalues": numbers(np.linalg.eigvalsh(square + square.T)),
    "kernelPair": float(kernel_mmd(real[:150], generated[:150], **settings_of_kernel(150))),
    "kernelWhole": kid_features_to_metric(from_real[:180], from_generated, **settings_of_kernel(180, subsets=3))[
        "kernel_inception_distance_mean"
    ],
    "kernelSubsets": kid_features_to_metric(from_real, from_generated, **settings_of_kernel(60, subsets=2000))[
        "kernel_inception_distance_mean"
    ],
    "kernelSubsetsDeviation": kid_features_to_metric(from_real, from_generated, **settings_of_kernel(60, subsets=2000))[
        "kernel_inception_distance_std"
    ],
    "precision": prc_features_to_metric(from_generated, from_real, **precision)["precision"],
    "recall": prc_features_to_metric(from_generated, from_real, **precision)["recall"],
    **{key: float(value) for key, value in density_coverage(real, generated, 5).items()},
    "neighborIndices": indices.ravel().tolist(),
    "neighborSquares": numbers(distances**2),
    "ownNeighborIndices": own_indices.ravel().tolist(),
    "parzenSigma": float(chosen),
    "parzenMean": float(likelihoods.mean()),
    "parzenStandardError": float(likelihoods.std() / np.sqrt(len(likelihoods))),
    "inceptionWhole": isc_features_to_metric(logits, splits=1, shuffle=False),
    "inceptionSplits": isc_features_to_metric(logits, splits=10, shuffle=False),
    "copyingZ": float(z_of(to_generated, to_held_out)),
    "tiedZ": float(z_of(*tied)),
    "psnr": [float(peak_signal_noise_ratio(y, x, data_range=1)) for x, y in zip(gray, gray_reference)],
    "ssim": numbers(similarity(gray, gray_reference)),
    "ssimColor": numbers(similarity(color, color_reference)),
    "wilson": {
        f"{k} of {n}": list(stats.binomtest(k, n).proportion_ci(0.95, method="wilson"))
        for k, n in ((0, 10), (7, 10), (5032, 10000), (20, 20))
    },
}
versions = ", ".join(
    f"{name} {importlib.metadata.version(name)}"
    for name in ("numpy", "scipy", "scikit-learn", "scikit-image", "torch-fidelity")
)
how = (
    f"Made by bench/peers/fixture-metrics.py with {versions}, Python {platform.python_version()}, in float64. "
    "What is measured comes from the formula in test/metrics/formula.ts."
)
FIXTURE.write_text(json.dumps({"how": how, **results}) + "\n")
