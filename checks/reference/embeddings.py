"""Directions by onnxruntime and Hugging Face's own tokenizers: JSON {folder, texts} in, JSON rows out."""
import json
import os
import sys

import numpy
import onnxruntime
from tokenizers import Tokenizer

wanted = json.load(sys.stdin)
tokenizer = Tokenizer.from_file(os.path.join(wanted["folder"], "tokenizer.json"))
session = onnxruntime.InferenceSession(os.path.join(wanted["folder"], "model.onnx"), providers=["CPUExecutionProvider"])
names = {entry.name for entry in session.get_inputs()}
rows = []
for text in wanted["texts"]:
    ids = numpy.array([tokenizer.encode(text).ids], dtype=numpy.int64)
    feeds = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
    hidden = session.run(None, {name: value for name, value in feeds.items() if name in names})[0][0]
    mean = hidden.mean(axis=0)
    rows.append((mean / numpy.linalg.norm(mean)).tolist())
json.dump(rows, sys.stdout)
