"""Model folders and PEFT adapters in many variants, and what transformers and peft compute of each: {"folder", "ids",
"cases"} on standard input; {"versions", "results": [{"logits": base64 of float32, "shape", "loss"} or {"error"}]} on
standard output. A case with "path" is a folder that is there already."""
import base64
import contextlib
import json
import os
import re
import shutil
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import peft
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification

transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
task = json.load(sys.stdin)
ids = torch.tensor([task["ids"]])


def classes_of(case):
    return case.get("classes")


def randomise(model, seed, names=lambda name: True):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if names(name):
                noise = torch.randn(parameter.shape, generator=generator)
                one = 1.0 if parameter.dim() == 1 and "norm" in name.lower() and name.endswith("weight") else 0.0
                parameter.copy_(one + noise * (0.3 if "lora_" in name else 0.15))


def build(case, path):
    config = AutoConfig.for_model(**case["config"])
    kind = AutoModel if case.get("bare") or case.get("base_bare") else AutoModelForCausalLM
    model = kind.from_config(config, attn_implementation="eager").float()
    randomise(model, case.get("seed", 1))
    model.tie_weights()
    model.save_pretrained(path, **case.get("save", {}))
    edit(os.path.join(path, "config.json"), case.get("edit"), case.get("drop"))
    for change in case.get("files", []):
        change_files(path, change)


def edit(path, changes, dropped=None):
    if not changes and not dropped:
        return
    with open(path) as file:
        values = json.load(file)
    values.update(changes or {})
    for key in dropped or []:
        values.pop(key, None)
    with open(path, "w") as file:
        json.dump(values, file)


def change_files(path, change):
    at = lambda name: os.path.join(path, name)
    whole = at("model.safetensors")
    kind = change["kind"]
    if kind == "rename-file":
        os.rename(at(change["from"]), at(change["to"]))
    elif kind == "copy-changed":
        save_file({name: tensor + 0.5 for name, tensor in load_file(whole).items()}, at(change["to"]), {"format": "pt"})
    elif kind == "stale-index":
        tensors = load_file(whole)
        save_file({name: tensor + 0.5 for name, tensor in tensors.items()}, at("model-00001-of-00001.safetensors"), {"format": "pt"})
        with open(at("model.safetensors.index.json"), "w") as file:
            json.dump({"metadata": {}, "weight_map": {name: "model-00001-of-00001.safetensors" for name in tensors}}, file)
    elif kind == "rename-tensors":
        tensors = load_file(whole)
        for old, new in change["names"]:
            tensors = {re.sub(old, new, name): tensor for name, tensor in tensors.items()}
        save_file(tensors, whole, {"format": "pt"})
    elif kind == "add-tensor":
        tensors = load_file(whole)
        like = tensors.get(change.get("like"))
        tensors[change["name"]] = (like.clone() if like is not None else torch.ones(change.get("shape", [4]))) + change.get("plus", 0)
        save_file(tensors, whole, {"format": "pt"})
    elif kind == "drop-tensor":
        tensors = load_file(whole)
        tensors.pop(change["name"])
        save_file(tensors, whole, {"format": "pt"})
    elif kind == "write":
        with open(at(change["to"]), "w") as file:
            file.write(change["text"])
    elif kind == "shards":
        shutil.move(whole, at("whole"))
        tensors = load_file(at("whole"))
        os.remove(at("whole"))
        names = sorted(tensors)
        half = {name: "model-0000%d-of-00002.safetensors" % (1 + i % 2) for i, name in enumerate(names)}
        for shard in set(half.values()):
            save_file({name: tensors[name] for name in names if half[name] == shard}, at(shard), {"format": "pt"})
        with open(at("model.safetensors.index.json"), "w") as file:
            json.dump({"metadata": {}, "weight_map": half}, file)


def adapter(case, base, path):
    model = load(case, base)
    settings = dict(case["lora"])
    if case.get("prefix"):
        config = peft.PrefixTuningConfig(task_type="CAUSAL_LM", **settings)
    else:
        config = peft.LoraConfig(**settings)
    wrapped = peft.get_peft_model(model, config)
    trained = {name for name, parameter in wrapped.named_parameters() if parameter.requires_grad}
    randomise(wrapped, 7, lambda name: name in trained)
    wrapped.save_pretrained(path, **case.get("save_adapter", {}))
    if case.get("adapter_dtype"):
        file = os.path.join(path, "adapter_model.safetensors")
        half = getattr(torch, case["adapter_dtype"])
        save_file({name: tensor.to(half) for name, tensor in load_file(file).items()}, file, {"format": "pt"})
    edit(os.path.join(path, "adapter_config.json"), case.get("edit_adapter"), case.get("drop_adapter"))
    for change in case.get("adapter_files", []):
        file = os.path.join(path, "adapter_model.safetensors")
        tensors = load_file(file)
        if change["kind"] == "add-tensor":
            tensors[change["name"]] = torch.ones(change["shape"])
        elif change["kind"] == "drop-tensor":
            tensors.pop(change["name"])
        save_file(tensors, file, {"format": "pt"})


def load(case, path):
    arguments = dict(dtype=torch.float32, attn_implementation="eager")
    if case.get("bare"):
        return AutoModel.from_pretrained(path, **arguments)
    if classes_of(case):
        return AutoModelForSequenceClassification.from_pretrained(path, num_labels=classes_of(case), pad_token_id=0, **arguments)
    return AutoModelForCausalLM.from_pretrained(path, **arguments)


def compute(model, case):
    model.eval()
    with torch.no_grad():
        output = model(input_ids=ids)
        if case.get("bare"):
            width = output.pooler_output.shape[-1]
            rows = torch.tensor([[((c + 1) * (j + 1) % 7 - 3) / 10 for j in range(width)] for c in range(3)])
            logits = output.pooler_output @ rows.T
        else:
            logits = output.logits[0] if output.logits.dim() == 3 else output.logits
    loss = None
    if logits.shape[0] == ids.shape[1]:
        loss = torch.nn.functional.cross_entropy(logits[:-1].double(), ids[0, 1:]).item()
    data = base64.b64encode(logits.float().contiguous().numpy().tobytes()).decode()
    return {"logits": data, "shape": list(logits.shape), "loss": loss}


def run(case):
    if "path" in case:
        model = load(case, case["path"])
        return compute(peft.PeftModel.from_pretrained(model, case["adapter"]) if case.get("adapter") else model, case)
    path = os.path.join(task["folder"], case["name"])
    base = os.path.join(path, "base")
    build(case, base)
    if "lora" not in case:
        return compute(load(case, base), case)
    adapter(case, base, os.path.join(path, "adapter"))
    return compute(peft.PeftModel.from_pretrained(load(case, base), os.path.join(path, "adapter")), case)


results = []
with contextlib.redirect_stdout(sys.stderr):
    for case in task["cases"]:
        try:
            results.append(run(case))
        except Exception as error:
            results.append({"error": f"{type(error).__name__}: {error}"[:300]})
versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
json.dump({"versions": versions, "results": results}, sys.stdout)
