"""The models and methods in torch float64, differentiated by autograd. Reads a case as JSON from standard input and
writes {"loss": …, "gradient": base64 of float64} to standard output."""
import base64
import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def tensors(entries, track):
    out = {}
    for name, entry in entries.items():
        data = torch.frombuffer(bytearray(base64.b64decode(entry["data"])), dtype=torch.float64).clone().view(entry["shape"])
        out[name] = data.requires_grad_() if track else data
    return out


case = json.load(sys.stdin)
config, method, batch, classes = case["config"], case["method"], case["batch"], case["classes"]
W, P = tensors(case["weights"], False), tensors(case["parameters"], True)
kind = config["model_type"]
gpt2, bert = kind == "gpt2", kind == "bert"
width = config.get("hidden_size") or config["n_embd"]
layers = config.get("num_hidden_layers") or config["n_layer"]
heads = config.get("num_attention_heads") or config["n_head"]
kv_heads = config.get("num_key_value_heads") or heads
head_size = config.get("head_dim") or width // heads
eps = config.get("rms_norm_eps") or config.get("layer_norm_epsilon") or config.get("layer_norm_eps") or (1e-12 if bert else 1e-5)
B, T = batch["batch"], batch["tokens"]
prefix_tokens = method["length"] if method["kind"] in ("prefix", "p-tuning") else 0
ids, segments = torch.tensor(batch["ids"]), torch.tensor(batch["segments"]).view(B, T)
positions = torch.tensor(batch["positions"]) + prefix_tokens


def layer_prefix(l):
    return f"transformer.h.{l}." if gpt2 else f"bert.encoder.layer.{l}." if bert else f"model.layers.{l}."


def linear(x, layer, module):
    w, b = W[f"{layer}{module}.weight"], W.get(f"{layer}{module}.bias")
    y = F.linear(x, w)
    if method["kind"] in ("lora", "dora") and module in method["targets"]:
        factor = method["alpha"] / method["rank"]
        a, bb = P[f"{layer}{module}.lora_A"], P[f"{layer}{module}.lora_B"]
        y = y + F.linear(F.linear(x, a), bb) * factor
        if method["kind"] == "dora":
            norm = (w + factor * (bb.detach() @ a.detach())).norm(dim=1)
            y = y * (P[f"{layer}{module}.lora_magnitude_vector"] / norm)
    return y if b is None else y + b


def sublayer(y, layer, module):
    if method["kind"] != "bottleneck":
        return y
    dense = lambda x, part: F.linear(x, P[f"{layer}{module}.adapter_{part}.weight"], P[f"{layer}{module}.adapter_{part}.bias"])
    return y + dense(gelu_tanh(dense(y, "down")), "up")


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def rms(x, w):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps) * w


def norm(x, name):
    return F.layer_norm(x, (width,), W[f"{name}.weight"], W[f"{name}.bias"], eps)


def prefix(l):
    if method["kind"] == "p-tuning":
        return P[f"{layer_prefix(l)}prefix.keys"], P[f"{layer_prefix(l)}prefix.values"]
    hidden = torch.tanh(F.linear(P["prefix.embedding"], P["prefix.in.weight"], P["prefix.in.bias"]))
    past = F.linear(hidden, P["prefix.out.weight"], P["prefix.out.bias"]).view(prefix_tokens, layers * 2, kv_heads, head_size).permute(1, 2, 0, 3)
    return past[2 * l], past[2 * l + 1]


mask = segments.unsqueeze(2) == segments.unsqueeze(1)
if not bert:
    mask = mask & torch.ones(T, T, dtype=torch.bool).tril()
mask = torch.cat([torch.ones(B, T, prefix_tokens, dtype=torch.bool), mask], 2).unsqueeze(1)


def split(x, count):
    return x.view(B, T, count, head_size).transpose(1, 2)


def attend(q, k, v, l):
    if prefix_tokens:
        pk, pv = prefix(l)
        k, v = torch.cat([pk.expand(B, -1, -1, -1), k], 2), torch.cat([pv.expand(B, -1, -1, -1), v], 2)
    k, v = k.repeat_interleave(heads // kv_heads, 1), v.repeat_interleave(heads // kv_heads, 1)
    scores = (q @ k.transpose(-1, -2) / math.sqrt(head_size)).masked_fill(~mask, float("-inf"))
    return (F.softmax(scores, -1) @ v).transpose(1, 2).reshape(B * T, heads * head_size)


def rope(x):
    # float32 tables are part of the model's definition
    inverse = (1.0 / torch.tensor([config.get("rope_theta", 10000.0) ** (2 * j / head_size) for j in range(head_size // 2)]).float()).float()
    angle = (positions.float().view(B, 1, T, 1) * inverse).float()
    cos, sin = angle.double().cos().float().double(), angle.double().sin().float().double()
    low, high = x.chunk(2, -1)
    return torch.cat([low * cos - high * sin, high * cos + low * sin], -1)


if gpt2:
    x = W["transformer.wte.weight"][ids] + W["transformer.wpe.weight"][positions]
elif bert:
    x = W["bert.embeddings.word_embeddings.weight"][ids] + W["bert.embeddings.position_embeddings.weight"][positions] + W["bert.embeddings.token_type_embeddings.weight"][torch.tensor(batch["types"])]
    x = norm(x, "bert.embeddings.LayerNorm")
else:
    x = W["model.embed_tokens.weight"][ids]
for l in range(layers):
    p = layer_prefix(l)
    if gpt2:
        q, k, v = linear(norm(x, p + "ln_1"), p, "attn.c_attn").chunk(3, -1)
        x = x + sublayer(linear(attend(split(q, heads), split(k, heads), split(v, heads), l), p, "attn.c_proj"), p, "attn")
        x = x + sublayer(linear(gelu_tanh(linear(norm(x, p + "ln_2"), p, "mlp.c_fc")), p, "mlp.c_proj"), p, "mlp")
    elif bert:
        q, k, v = (split(linear(x, p, f"attention.self.{n}"), heads) for n in ("query", "key", "value"))
        x = norm(x + sublayer(linear(attend(q, k, v, l), p, "attention.output.dense"), p, "attention"), p + "attention.output.LayerNorm")
        x = norm(x + sublayer(linear(F.gelu(linear(x, p, "intermediate.dense")), p, "output.dense"), p, "mlp"), p + "output.LayerNorm")
    else:
        y = rms(x, W[p + "input_layernorm.weight"])
        q, k, v = split(linear(y, p, "self_attn.q_proj"), heads), split(linear(y, p, "self_attn.k_proj"), kv_heads), split(linear(y, p, "self_attn.v_proj"), kv_heads)
        if kind == "qwen3":
            q, k = rms(q, W[p + "self_attn.q_norm.weight"]), rms(k, W[p + "self_attn.k_norm.weight"])
        x = x + sublayer(linear(attend(rope(q), rope(k), v, l), p, "self_attn.o_proj"), p, "self_attn")
        z = rms(x, W[p + "post_attention_layernorm.weight"])
        x = x + sublayer(linear(F.silu(linear(z, p, "mlp.gate_proj")) * linear(z, p, "mlp.up_proj"), p, "mlp.down_proj"), p, "mlp")
if gpt2:
    x = norm(x, "transformer.ln_f")
elif not bert:
    x = rms(x, W["model.norm.weight"])
if classes is None:
    head = W["transformer.wte.weight"] if gpt2 else W["model.embed_tokens.weight"] if config.get("tie_word_embeddings") else W["lm_head.weight"]
    logits = F.linear(x, head)
else:
    pooled = x.view(B, T, width)[torch.arange(B), torch.tensor(batch["pool"])]
    if bert:
        pooled = torch.tanh(F.linear(pooled, W["bert.pooler.dense.weight"], W["bert.pooler.dense.bias"]))
    logits = F.linear(pooled, P["classifier.weight"], P["classifier.bias"]) if bert else F.linear(pooled, P["score.weight"])
loss = (F.cross_entropy(logits, torch.tensor(batch["labels"]), reduction="none") * torch.tensor(batch["weights"])).sum()
loss.backward()
flat = torch.cat([P[name].grad.reshape(-1) for name in case["parameters"]])
json.dump({"loss": loss.item(), "gradient": base64.b64encode(bytes(flat.numpy().tobytes())).decode()}, sys.stdout)
