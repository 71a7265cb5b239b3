"""Logits of a Hugging Face model with a PEFT adapter, float32: {"base", "adapter", "ids", "classes"} on standard input,
{"logits": base64 of float32} on standard output."""
import base64
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

case = json.load(sys.stdin)
if case["classes"] is None:
    base = AutoModelForCausalLM.from_pretrained(case["base"], dtype=torch.float32, attn_implementation="eager")
else:
    base = AutoModelForSequenceClassification.from_pretrained(case["base"], dtype=torch.float32, num_labels=case["classes"], pad_token_id=0)
model = PeftModel.from_pretrained(base, case["adapter"]) if case["adapter"] else base
model.eval()
with torch.no_grad():
    logits = model(input_ids=torch.tensor([case["ids"]])).logits[0]
json.dump({"logits": base64.b64encode(logits.float().contiguous().numpy().tobytes()).decode()}, sys.stdout)
