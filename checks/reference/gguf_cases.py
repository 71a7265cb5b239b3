"""GGUF files by gguf-py in argv[1], and what it reads of them itself. Prints JSON."""
import base64
import json
import os
import sys

import gguf
import numpy
from gguf import GGMLQuantizationType, GGUFEndian, GGUFWriter

out = sys.argv[1]
random = numpy.random.default_rng(int(sys.argv[2]))
# Where half floats lie in a block, so that they can be made finite ones.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "MXFP4": [],
}
BLOCKS = 64
blocks = {}
for name, halves in HALVES.items():
    kind = GGMLQuantizationType[name]
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    raw = random.integers(0, 256, (BLOCKS, size), dtype=numpy.uint8)
    for at in halves:
        # Any bits but those of infinities and NaN.
        bits = (random.integers(0, 0x7C00, BLOCKS) | (random.integers(0, 2, BLOCKS) << 15)).astype("<u2")
        raw[:, at : at + 2] = bits.view(numpy.uint8).reshape(BLOCKS, 2)
    if name == "MXFP4":
        raw[:, 0] = random.integers(0, 251, BLOCKS)
    with numpy.errstate(all="ignore"):
        values = gguf.quants.dequantize(raw, kind).astype("<f4")
    blocks[name.lower()] = {
        "raw": base64.b64encode(raw.tobytes()).decode(), "values": base64.b64encode(values.tobytes()).decode()}


def write(name, fill, **options):
    path = os.path.join(out, name)
    writer = GGUFWriter(path, "llama", **options)
    fill(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def every_type(writer):
    for kind, (elements, size) in gguf.GGML_QUANT_SIZES.items():
        writer.add_tensor(kind.name.lower(), numpy.zeros((2, size), numpy.uint8), raw_dtype=kind)


def few(writer):
    writer.add_string("general.name", "few")
    for i in range(5):
        writer.add_tensor(f"t{i}", numpy.full((3, 4), i, numpy.float32))


def aligned(writer):
    writer.add_custom_alignment(128)
    few(writer)


def templated(writer):
    writer.add_chat_template([
        {"name": "default", "template": "D"},
        {"name": "tool_use", "template": "T"},
        {"name": "rag-2", "template": "R"},
    ])
    few(writer)


write("types.gguf", every_type)
write("aligned.gguf", aligned)
write("templates.gguf", templated)
write("split.gguf", few, split_max_tensors=2)
write("big-endian.gguf", few, endianess=GGUFEndian.BIG)
json.dump({
    "version": gguf.__version__ if hasattr(gguf, "__version__") else "",
    "blocks": blocks,
    "types": {kind.name.lower(): [int(kind), *size] for kind, size in gguf.GGML_QUANT_SIZES.items()},
    "files": sorted(os.listdir(out)),
}, sys.stdout)
