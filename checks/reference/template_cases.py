"""Folders with chat templates of every form in argv[1], and what transformers makes of chats with them.

Prints JSON: for each folder its chats with the text that transformers writes, or null where it refuses.
"""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

transformers.logging.set_verbosity_error()
out = sys.argv[1]
alphabet = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
tokenizer = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in ("<s>", "</s>")])

say = lambda name: "{% for m in messages %}" + name + " {{ m.role }}: {{ m.content }}\n{% endfor %}"
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
STRICT = (
    "{{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}{% if m['role'] == 'user' %}"
    "{{ '[INST] ' + m['content'] + ' [/INST]' }}{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}")
TOOLS = """{%- if tools %}
    {{- '<|im_start|>system\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\n\n' }}
    {%- endif %}
    {{- "# Tools" }}
    {%- for tool in tools %}
        {{- "\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- '<|im_end|>\n' }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == "user" or (message.role == "system" and not loop.first) or
        (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}{{- '\n' + message.content }}{%- endif %}
        {%- for call in message.tool_calls %}
            {%- if call.function is defined %}{%- set call = call.function %}{%- endif %}
            {{- '\n<tool_call>\n{"name": "' + call.name + '", "arguments": ' }}
            {{- call.arguments | tojson }}
            {{- '}\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.index0 == 0 or messages[loop.index0 - 1].role != "tool" %}{{- '<|im_start|>user' }}{%- endif %}
        {{- '\n<tool_response>\n' + message.content + '\n</tool_response>' }}
        {%- if loop.last or messages[loop.index0 + 1].role != "tool" %}{{- '<|im_end|>\n' }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}
"""
NAMESPACE = (
    "{% set ns = namespace(system='', n=0) %}{% for m in messages %}{% if m.role == 'system' %}"
    "{% set ns.system = m.content %}{% else %}{% set ns.n = ns.n + 1 %}"
    "{{ ns.n ~ '|' ~ ns.system ~ '|' ~ m.role | upper }}"
    "{{ ': ' + m.content.strip() | replace('a', 'A') }}\n{% endif %}{% endfor %}"
    "{% if tools is not none %}T{{ tools | length }}{% endif %}{% if documents is defined and documents %}D{% endif %}")
BLANKS = (
    "\n{# a comment #}\n{% for m in messages -%}\n   {{ m.role }}:  \n   {%- if m.content %} {{ m.content }}{% endif %}"
    "\n  {% if not loop.last %}\n --\n  {% endif %}\n{%- endfor %}\n\n")
MARKED = (
    "{% for m in messages %}\n  {% if m.role == 'assistant' %}\n{% generation %}\n{{ m.content }}!\n  "
    "{%- endgeneration %}\n  {% else %}{{ m.content }}?{% endif %}\n{% endfor %}")
TWO = [{"name": "default", "template": say("D")}, {"name": "tool_use", "template": say("T")}]
A, B = {"bos_token": "<s>", "eos_token": "</s>"}, {"bos_token": {"__type": "AddedToken", "content": "<s>"}}
FOLDERS = {
    "config": {"tokenizer_config.json": {**A, "chat_template": CHATML}},
    "config, list": {"tokenizer_config.json": {**A, "chat_template": TWO}},
    "config, list without a default": {"tokenizer_config.json": {**A, "chat_template": TWO[1:]}},
    "config, empty list": {"tokenizer_config.json": {**A, "chat_template": []}},
    "none": {"tokenizer_config.json": A},
    "file": {"tokenizer_config.json": A, "chat_template.jinja": STRICT},
    "file and config": {"tokenizer_config.json": {**A, "chat_template": CHATML}, "chat_template.jinja": say("F")},
    "files": {"chat_template.jinja": say("F"), "additional_chat_templates/tool_use.jinja": say("A")},
    "other files alone": {
        "tokenizer_config.json": {**A, "chat_template": CHATML}, "additional_chat_templates/rag.jinja": say("R")},
    "processor's": {"tokenizer_config.json": A, "chat_template.json": {"chat_template": CHATML}},
    "tokens as objects": {"tokenizer_config.json": {**B, "eos_token": "</s>", "chat_template": STRICT}},
    "tokens in the older file": {
        "tokenizer_config.json": {"chat_template": STRICT}, "special_tokens_map.json": {**A, "eos_token": "</s>"}},
    "tools": {"tokenizer_config.json": {**A, "chat_template": TOOLS}},
    "namespace": {"tokenizer_config.json": {**A, "chat_template": NAMESPACE}},
    "blanks": {"tokenizer_config.json": {**A, "chat_template": BLANKS}},
    "marked": {"tokenizer_config.json": {**A, "chat_template": MARKED}},
    "broken": {"tokenizer_config.json": {**A, "chat_template": "{% for m in messages %}{{ m.content }}"}},
}
turn = lambda role, content, **more: {"role": role, "content": content, **more}
arguments = {"place": "Zürich", "days": [1, 2.5, None, True]}
described = {"name": "rain", "description": "“Rain” & <sun>", "parameters": {"type": "object"}}
call = {"type": "function", "function": {"name": "rain", "arguments": arguments}}
tool = {"type": "function", "function": described}
CHATS = [
    {"messages": [turn("user", "a <b> & \"c\""), turn("assistant", " d ")], "tools": None},
    {"messages": [turn("system", "s"), turn("user", "a"), turn("assistant", "b"), turn("user", "c\n"),
                  turn("assistant", "灯 🔥")], "tools": None},
    {"messages": [turn("user", "a"), turn("assistant", "b")], "tools": [tool]},
    {"messages": [turn("user", "a"), turn("assistant", "", tool_calls=[call]), turn("tool", "x"), turn("tool", "y"),
                  turn("assistant", "b")], "tools": [tool]},
]
result = {}
for name, files in FOLDERS.items():
    folder = os.path.join(out, name)
    os.makedirs(os.path.join(folder, "additional_chat_templates"), exist_ok=True)
    with open(os.path.join(folder, "tokenizer.json"), "w") as file:
        file.write(tokenizer.to_str())
    for path, value in {"tokenizer_config.json": A, **files}.items():
        with open(os.path.join(folder, path), "w") as file:
            file.write(value if isinstance(value, str) else json.dumps(value))
    made = PreTrainedTokenizerFast.from_pretrained(folder)
    texts = []
    for chat in CHATS:
        try:
            texts.append(made.apply_chat_template(chat["messages"], tools=chat["tools"], tokenize=False))
        except Exception:
            texts.append(None)
    result[name] = texts
json.dump({"chats": CHATS, "folders": result}, sys.stdout)
