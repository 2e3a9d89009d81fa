"""Small networks as PyTorch's two exporters write them, for test/onnx/read/torch-exports.test.ts.

    python bench/peers/fixture-onnx.py        # writes test/fixtures/torch-*.onnx and torch-exports.json

Needs torch, torchvision, onnx and, for the newer exporter, onnxscript.
"""

import json
import platform
import warnings
from pathlib import Path

import onnx
import torch
import torchvision
from torch import nn
from torchvision.models import mobilenet_v3_small
from torchvision.models.inception import BasicConv2d
from torchvision.models.resnet import Bottleneck

warnings.filterwarnings("ignore")
fixtures = Path(__file__).parents[2] / "test" / "fixtures"
seed = 20140610
torch.manual_seed(seed)


class Mixed(nn.Module):
    """The parts of an Inception module, as pytorch-fid has them: asymmetric kernels, and a mean that leaves padding out."""

    def __init__(self, channels):
        super().__init__()
        self.pointwise = BasicConv2d(channels, 8, kernel_size=1)
        self.wide = nn.Sequential(
            BasicConv2d(channels, 4, kernel_size=1),
            BasicConv2d(4, 4, kernel_size=(1, 7), padding=(0, 3)),
            BasicConv2d(4, 8, kernel_size=(7, 1), padding=(3, 0)),
        )
        self.pool = BasicConv2d(channels, 8, kernel_size=1)

    def forward(self, x):
        mean = nn.functional.avg_pool2d(x, kernel_size=3, stride=1, padding=1, count_include_pad=False)
        return torch.cat([self.pointwise(x), self.wide(x), self.pool(mean)], 1)


def residual():
    shortcut = nn.Sequential(nn.Conv2d(8, 16, 1, stride=2, bias=False), nn.BatchNorm2d(16))
    return nn.Sequential(
        nn.Conv2d(3, 8, 7, stride=2, padding=3, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, stride=2, padding=1),
        Bottleneck(8, 4, stride=2, downsample=shortcut),
        Bottleneck(16, 4),
        Mixed(16),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(24, 10),
    )


def in_use(network):
    """With statistics as after training: not 0 and 1, which would hide what is done with them."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.1)
    return network.eval()


networks = {
    "residual": in_use(residual()),
    "mobilenet-v3": in_use(mobilenet_v3_small(width_mult=0.1, reduced_tail=True, num_classes=10)),
}
images = torch.randint(0, 256, (2, 3, 32, 32))
x = images / 255
cases = {}


def script(name, network):
    """As the older exporter writes it, nothing folded."""
    file = fixtures / f"torch-{name}-script.onnx"
    torch.onnx.export(
        network,
        (x,),
        file,
        dynamo=False,
        opset_version=13,
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
        do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE,
    )
    return file


def dynamo(name, network):
    """As the newer exporter writes it, without its notes of which line of Python each operation comes from."""
    file = fixtures / f"torch-{name}-dynamo.onnx"
    program = torch.onnx.export(
        network,
        (x,),
        dynamo=True,
        verbose=False,
        input_names=["x"],
        output_names=["y"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
    )
    program.save(file, external_data=False)
    model = onnx.load(file)
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
        part.doc_string = ""
    onnx.save(model, file)
    return file


for name, exporters in {"residual": (script, dynamo), "mobilenet-v3": (script,)}.items():
    network = networks[name]
    files = [export(name, network).name for export in exporters]
    cases[name] = {"files": files, "y": network(x).flatten().tolist()}

how = (
    f"Made by bench/peers/fixture-onnx.py with PyTorch {torch.__version__}, torchvision {torchvision.__version__}, "
    f"Python {platform.python_version()}, seed {seed}. The network sees images / 255 as [2, 3, 32, 32]; y is what "
    "PyTorch makes of them, [2, 10]. The files are as its two exporters write them, batch normalization left apart by the older one."
)
(fixtures / "torch-exports.json").write_text(
    json.dumps({"how": how, "images": images.flatten().tolist(), "cases": cases}, separators=(",", ":"))
)
