"""A LoRA training step of a llama in torch, as fast as torch allows on a CPU. Reads a Hugging Face folder; answers each
line on standard input with {"ms", "loss"}, and "q" with its peak memory. argv: folder tokens rank targets checkpointing threads"""
import json
import math
import os
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

folder, tokens, rank, targets, checkpointing, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(","), sys.argv[5] == "1", int(sys.argv[6])
torch.set_num_threads(threads)
config = json.load(open(os.path.join(folder, "config.json")))
path = os.path.join(folder, "model.safetensors")
with open(path, "rb") as file:
    length = struct.unpack("<Q", file.read(8))[0]
    header = json.loads(file.read(length))
data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
W = {}
for name, entry in header.items():
    if name != "__metadata__":
        start, end = entry["data_offsets"]
        W[name] = torch.from_numpy(np.array(data[start:end]).view(np.float32).reshape(entry["shape"]))
heads, kv, width, eps = config["num_attention_heads"], config["num_key_value_heads"], config["hidden_size"], config["rms_norm_eps"]
size = width // heads
torch.manual_seed(1)
P = {}
for l in range(config["num_hidden_layers"]):
    for t in targets:
        w = W[f"model.layers.{l}.{t}.weight"]
        P[f"{l}.{t}.A"] = (torch.randn(rank, w.shape[1]) * 0.02).requires_grad_()
        P[f"{l}.{t}.B"] = (torch.randn(w.shape[0], rank) * 0.02).requires_grad_()
optimiser = torch.optim.AdamW(P.values(), lr=1e-4)
ids = torch.arange(tokens) * 7919 % config["vocab_size"]
labels = torch.roll(ids, -1)
angle = torch.outer(torch.arange(tokens).float(), 1.0 / config["rope_theta"] ** (torch.arange(0, size, 2).float() / size))
angle = torch.cat([angle, angle], -1)
cos, sin = angle.cos(), angle.sin()
mask = torch.full((tokens, tokens), float("-inf")).triu(1)


def rope(x):
    return x * cos + torch.cat([-x[..., size // 2 :], x[..., : size // 2]], -1) * sin


def norm(x, w):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps) * w


def block(x, l):
    def linear(y, t):
        out = F.linear(y, W[f"model.layers.{l}.{t}.weight"])
        return out + F.linear(F.linear(y, P[f"{l}.{t}.A"]), P[f"{l}.{t}.B"]) * 2 if t in targets else out

    y = norm(x, W[f"model.layers.{l}.input_layernorm.weight"])
    split = lambda z, n: z.view(tokens, n, size).transpose(0, 1)
    q, k, v = rope(split(linear(y, "self_attn.q_proj"), heads)), rope(split(linear(y, "self_attn.k_proj"), kv)), split(linear(y, "self_attn.v_proj"), kv)
    k, v = k.repeat_interleave(heads // kv, 0), v.repeat_interleave(heads // kv, 0)
    a = (F.softmax(q @ k.transpose(-1, -2) / math.sqrt(size) + mask, -1) @ v).transpose(0, 1).reshape(tokens, width)
    x = x + linear(a, "self_attn.o_proj")
    z = norm(x, W[f"model.layers.{l}.post_attention_layernorm.weight"])
    return x + linear(F.silu(linear(z, "mlp.gate_proj")) * linear(z, "mlp.up_proj"), "mlp.down_proj")


def step():
    optimiser.zero_grad(set_to_none=True)
    x = W["model.embed_tokens.weight"][ids]
    for l in range(config["num_hidden_layers"]):
        x = checkpoint(block, x, l, use_reentrant=False) if checkpointing else block(x, l)
    x = norm(x, W["model.norm.weight"])
    loss = F.cross_entropy(F.linear(x, W["model.embed_tokens.weight"]), labels)
    loss.backward()
    optimiser.step()
    return loss.item()


step()
print(json.dumps({"ready": torch.__version__}), flush=True)
for line in sys.stdin:
    if line.strip() == "q":
        peak = next(int(row.split()[1]) for row in open("/proc/self/status") if row.startswith("VmHWM"))
        print(json.dumps({"peak": peak * 1024}), flush=True)
        break
    begun = time.perf_counter()
    loss = step()
    print(json.dumps({"ms": (time.perf_counter() - begun) * 1000, "loss": loss}), flush=True)
