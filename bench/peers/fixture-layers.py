"""Writes the fixture that holds Forger's layers to PyTorch's, number by number:

    bench/peers/.venv/bin/python bench/peers/fixture-layers.py

Every case has an input, parameters, the output, and the derivatives of sum(output * direction) by the input and by the
parameters. What is computed is PyTorch's, in float64; images are turned to channels last on the way in and out.
"""

import json
import platform
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

SEED = 20140610
FIXTURE = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "torch-layers.json"
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(SEED)

cases = {}


def draw(*shape):
    """Multiples of 1/128, so that the file is short and float32 has them exactly."""
    return torch.randn(shape).mul(128).round().div(128)


def numbers(tensor):
    return [round(float(x), 12) for x in tensor.detach().contiguous().ravel()]


def first(x):
    """Channels first."""
    return x.permute(0, 3, 1, 2)


def last(x):
    """Channels last."""
    return x.permute(0, 2, 3, 1)


def case(name, function, shape, parameters=None, whole=False):
    """Runs `function(x, **parameters)`, everything in Forger's layouts, and writes down what came of it."""
    x = (draw(*shape).round() if whole else draw(*shape)).requires_grad_()
    parameters = {key: value.detach().clone().requires_grad_() for key, value in (parameters or {}).items()}
    output = function(x, **parameters)
    direction = draw(*output.shape)
    gradients = torch.autograd.grad((output * direction).sum(), [x, *parameters.values()])
    described = lambda tensors: {key: {"shape": list(t.shape), "values": numbers(t)} for key, t in tensors.items()}
    cases[name] = {
        "input": described({"x": x})["x"],
        "parameters": described(parameters),
        "output": described({"y": output})["y"],
        "direction": numbers(direction),
        "gradients": {key: numbers(g) for key, g in zip(["input", *parameters], gradients)},
    }


def image(function):
    """A function of PyTorch's images as one of Forger's."""
    return lambda x, **parameters: last(function(first(x), **parameters))


def affine(features):
    return {"scale": draw(features) + 1, "shift": draw(features)}


for factor in (2, 3):
    case(f"upsampleNearest{factor}", image(lambda x: F.interpolate(x, scale_factor=factor)), (2, 3, 2, 2))
    bilinear = lambda x: F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
    case(f"upsampleBilinear{factor}", image(bilinear), (2, 3, 4, 2))
case("upsampleBilinear4", image(lambda x: F.interpolate(x, scale_factor=4, mode="bilinear")), (1, 2, 1, 2))
case("pixelShuffle", image(lambda x: F.pixel_shuffle(x, 2)), (2, 2, 3, 8))
case("pixelUnshuffle", image(lambda x: F.pixel_unshuffle(x, 2)), (2, 4, 6, 2))
case("averagePoolTiles", image(lambda x: F.avg_pool2d(x, 2)), (2, 5, 4, 2))
case("averagePoolOverlapping", image(lambda x: F.avg_pool2d(x, 3, stride=2, padding=1)), (2, 5, 6, 2))
case("maxPoolTiles", image(lambda x: F.max_pool2d(x, 2)), (2, 4, 5, 2))
case("maxPoolOverlapping", image(lambda x: F.max_pool2d(x, 3, stride=2, padding=1)), (2, 5, 6, 2))
case("maxPoolOfTies", image(lambda x: F.max_pool2d(x, 3, stride=1)), (2, 5, 6, 2), whole=True)
case("maxPoolFarApart", image(lambda x: F.max_pool2d(x, 2, stride=3)), (2, 6, 8, 2))
case("globalAveragePool", lambda x: F.adaptive_avg_pool2d(first(x), 1).flatten(1), (2, 3, 4, 3))
case("globalMaxPool", lambda x: F.adaptive_max_pool2d(first(x), 1).flatten(1), (2, 3, 4, 3))
case("zeroPad", image(lambda x: F.pad(x, (1, 2, 3, 0))), (2, 3, 4, 2))
case("reflectPad", image(lambda x: F.pad(x, (1, 2, 3, 0), mode="reflect")), (2, 4, 4, 2))
case("replicatePad", image(lambda x: F.pad(x, (1, 2, 3, 0), mode="replicate")), (2, 4, 4, 2))

case("layerNormOfVectors", lambda x, scale, shift: F.layer_norm(x, [6], scale, shift), (4, 6), affine(6))
case("layerNormOfFeatures", lambda x, scale, shift: F.layer_norm(x, [4], scale, shift), (2, 3, 2, 4), affine(4))
case("layerNormOfSamples", lambda x: F.layer_norm(x, [3, 2, 4]), (3, 3, 2, 4))
case("groupNorm", image(lambda x, scale, shift: F.group_norm(x, 2, scale, shift)), (2, 3, 2, 6), affine(6))
case("instanceNorm", image(lambda x: F.instance_norm(x)), (2, 3, 4, 3))
case("instanceNormAffine", image(lambda x, scale, shift: F.instance_norm(x, weight=scale, bias=shift)), (2, 3, 4, 3), affine(3))
case("pixelNorm", lambda x: F.rms_norm(x, [5], eps=1e-8), (2, 2, 3, 5))


def attention(x, query, key, value, output, gamma):
    """Zhang et al. 2019 in PyTorch's words: 1x1 convolutions, softmax over the keys."""
    project = lambda weight, images: F.conv2d(images, weight.T[:, :, None, None])
    images = first(x)
    queries = project(query, images).flatten(2)
    keys, values = [F.max_pool2d(project(weight, images), 2).flatten(2) for weight in (key, value)]
    weights = torch.softmax(queries.transpose(1, 2) @ keys, dim=-1)
    mixed = (values @ weights.transpose(1, 2)).unflatten(2, images.shape[2:])
    return last(images + gamma * project(output, mixed))


case(
    "selfAttention",
    attention,
    (2, 4, 4, 6),
    {"query": draw(6, 2), "key": draw(6, 2), "value": draw(6, 3), "output": draw(3, 6), "gamma": draw()},
)


def minibatch_deviation(x):
    """minibatch_stddev_layer of the authors' code (progressive_growing_of_gans, networks.py), in PyTorch's words."""
    y = first(x)
    grouped = y.reshape(4, -1, *y.shape[1:])
    deviation = (grouped.var(0, unbiased=False) + 1e-8).sqrt().mean([1, 2, 3], keepdim=True)
    return last(torch.cat([y, deviation.repeat(4, 1, *y.shape[2:])], 1))


case("minibatchStandardDeviation", minibatch_deviation, (8, 2, 3, 2))

labels = torch.tensor([2, 0, 2, 1])
weight = draw(3, 5).requires_grad_()
embedded = F.embedding(labels, weight)
direction = draw(4, 5)
(gradient,) = torch.autograd.grad((embedded * direction).sum(), weight)
cases["embedding"] = {
    "labels": labels.tolist(),
    "weight": numbers(weight),
    "output": numbers(embedded),
    "direction": numbers(direction),
    "gradient": numbers(gradient),
}


def kernels(*shape):
    """A kernel as Forger lays it out, and the way to PyTorch's: [kh, kw, in, out] -> [out, in, kh, kw]."""
    return {"weight": draw(*shape) / 2, "bias": draw(shape[3])}


def convolution(**options):
    return image(lambda x, weight, bias: F.conv2d(x, weight.permute(3, 2, 0, 1), bias, **options))


def transposed(**options):
    return image(lambda x, weight, bias: F.conv_transpose2d(x, weight.permute(3, 2, 0, 1), bias, **options))


case("conv", convolution(), (2, 4, 5, 2), kernels(3, 3, 2, 3))
case("convStrided", convolution(stride=2, padding=1), (2, 6, 6, 2), kernels(4, 4, 2, 3))
case("convInGroups", convolution(padding=(1, 2), dilation=(1, 2), groups=2), (2, 4, 5, 4), kernels(3, 3, 2, 4))
case("convSame", convolution(padding="same"), (2, 4, 5, 2), kernels(3, 4, 2, 2))
up = {"weight": draw(4, 4, 3, 2) / 2, "bias": draw(3)}
case("convTranspose", transposed(stride=2, padding=1), (2, 3, 2, 2), up)
up = {"weight": draw(3, 3, 2, 4) / 2, "bias": draw(4)}
case(
    "convTransposeInGroups",
    transposed(stride=(2, 3), padding=1, output_padding=(1, 2), groups=2, dilation=1),
    (2, 3, 2, 4),
    up,
)


def spectral(name, layer, shape, to_module, to_forger, spread):
    """Three uses in training with another weight each time, and one in evaluation; `spread` flattens v as Forger does."""
    layer = spectral_norm(layer)
    norm, original = layer.parametrizations.weight[0], layer.parametrizations.weight.original
    uses = []
    for training in (True, True, True, False):
        layer.train(training)
        with torch.no_grad():
            original.copy_(to_module(draw(*shape)))
        before = {"u": numbers(norm._u), "v": numbers(spread(norm._v))}
        normalized = layer.weight
        direction = draw(*shape)
        (gradient,) = torch.autograd.grad((to_forger(normalized) * direction).sum(), original)
        uses.append(
            {
                "training": training,
                "weight": numbers(to_forger(original)),
                "before": before,
                "normalized": numbers(to_forger(normalized)),
                "direction": numbers(direction),
                "gradient": numbers(to_forger(gradient)),
                "after": {"u": numbers(norm._u), "v": numbers(spread(norm._v))},
            }
        )
    cases[name] = {"shape": list(shape), "uses": uses}


turned = lambda weight: weight.T
spectral("spectralNorm", nn.Linear(5, 4), (5, 4), turned, turned, lambda v: v)
spectral(
    "spectralNormOfKernel",
    nn.Conv2d(2, 4, 3),
    (3, 3, 2, 4),
    lambda weight: weight.permute(3, 2, 0, 1),
    lambda weight: weight.permute(2, 3, 1, 0),
    lambda v: v.reshape(2, 3, 3).permute(1, 2, 0),
)

how = (
    f"Layers and functions one by one. Made by bench/peers/fixture-layers.py with PyTorch {torch.__version__}, "
    f"Python {platform.python_version()}, one thread of an {platform.machine()} CPU, float64, seed {SEED}. Numbers are row-major, "
    "images [batch, height, width, channels], kernels [kh, kw, in / groups, out] (transposed ones [kh, kw, out / groups, in]), "
    "weights of dense layers [in, out]. Gradients are those of sum(output * direction)."
)
FIXTURE.write_text(json.dumps({"how": how, "cases": cases}, separators=(",", ":")) + "\n")
