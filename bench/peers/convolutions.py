"""Single convolutions by PyTorch's oneDNN, for bench/kernels.ts: one line of JSON a question and an answer.

{"shape": {"batch", "height", "width", "channels", "units", "kernel", "stride", "padding"}, "way": forward|input|kernel,
"layout": nchw|channels-last, "calls": n} -> {"ms": of one call}. An answer to {} says which version this is.
"""

import json
import sys
import time

from peer import RULES, say

import torch
import torch.nn.functional as F

LAYOUTS = {"nchw": torch.contiguous_format, "channels-last": torch.channels_last}


def caller(shape, way, layout):
    last = LAYOUTS[layout]
    geometry = {"stride": shape["stride"], "padding": shape["padding"]}
    size = (shape["batch"], shape["channels"], shape["height"], shape["width"])
    image = torch.rand(size).sub_(0.5).to(memory_format=last)
    kernel = torch.rand(shape["units"], shape["channels"], shape["kernel"], shape["kernel"]).sub_(0.5).to(memory_format=last)
    if way == "forward":
        return lambda: F.conv2d(image, kernel, **geometry)
    gradient = torch.rand_like(F.conv2d(image, kernel, **geometry)).to(memory_format=last)
    stride, padding = [shape["stride"]] * 2, [shape["padding"]] * 2
    wanted = [way == "input", way == "kernel", False]
    # What autograd calls for F.conv2d, asked for one gradient at a time.
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(gradient, image, kernel, None, stride, padding, [1, 1], False, [0, 0], 1, wanted)


torch.set_num_threads(RULES["threads"])
torch.manual_seed(1)
callers = {}
with torch.inference_mode():
    for line in sys.stdin:
        question = json.loads(line)
        if not question:
            say({"version": torch.__version__})
            continue
        key = json.dumps([question["shape"], question["way"], question["layout"]])
        if key not in callers:
            callers[key] = caller(question["shape"], question["way"], question["layout"])
            callers[key]()
        call = callers[key]
        began = time.perf_counter()
        for _ in range(question["calls"]):
            call()
        say({"ms": 1e3 * (time.perf_counter() - began) / question["calls"]})
