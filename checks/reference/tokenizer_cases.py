"""Small tokenizers of every kind in folders of argv[1], and what transformers makes of random chats with them.

Prints JSON: versions, chats, texts, and for each tokenizer the ids of each chat, which of them the assistant writes
(the mask of transformers where the template marks it, else by offsets), and the ids of each text with special tokens.
"""
import json
import os
import random
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers
import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

transformers.logging.set_verbosity_error()
out, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
CORPUS = [
    "the grey heron waits beside the slow water", "we counted seven lamps along the harbour wall",
    "rain fell on the tin roof and nobody slept", "dry season and dry wood, dry dry",
    "user assistant system tool answer question [INST] [/INST]", "12345 67 8 9",
    "naïve café — it's John's; they'll go", "灯塔 守护者 点亮 灯", "hello  two   spaces", "  indented\n\nlines\t",
] * 4
ByteLevel, Metaspace = pre_tokenizers.ByteLevel, pre_tokenizers.Metaspace


def words(digits):
    return (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + digits
            + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def split(digits):
    bytes_ = ByteLevel(add_prefix_space=False, use_regex=False)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(words(digits)), "isolated"), bytes_])


def special(*tokens, **sides):
    return [AddedToken(token, normalized=False, special=True, **sides) for token in tokens]


def byte_level(splitter, specials, normalizer=None, ignore=False, begins=None):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore))
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer, tokenizer.decoder = splitter, decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=340, initial_alphabet=ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens(specials)
    if begins:
        ids = [(begins, tokenizer.token_to_id(begins))]
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{begins} $A", pair=f"{begins} $A {begins} $B", special_tokens=ids)
    return tokenizer


def sentence_piece(normalizer, splitter, more=()):
    learnt = Tokenizer(models.BPE())
    learnt.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    learnt.pre_tokenizer = pre_tokenizers.Split(Regex("▁+[^▁]*"), "isolated")
    ascii_ = [text for text in CORPUS if text.isascii()]
    learnt.train_from_iterator(ascii_, trainers.BpeTrainer(vocab_size=160, show_progress=False))
    model = json.loads(learnt.to_str())["model"]
    vocab = {}
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    for piece in ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + pieces + ["▁▁"]:
        vocab.setdefault(piece, len(vocab))
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if normalizer:
        tokenizer.normalizer = normalizer
    if splitter:
        tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    described = json.loads(tokenizer.to_str())
    described["model"].update(vocab=vocab, merges=model["merges"] + [["▁", "▁"]])
    tokenizer = Tokenizer.from_str(json.dumps(described))
    tokenizer.add_special_tokens(special("<unk>", "<s>", "</s>") + list(more))
    return tokenizer


CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
MARKED = """{%- for m in messages -%}
    {{- '<|im_start|>' + m['role'] + '\n' }}
    {%- if m['role'] == 'assistant' -%}
        {% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}
    {%- else -%}
        {{ m['content'] + '<|im_end|>' }}
    {%- endif -%}
    {{ '\n' }}
{%- endfor -%}
"""
HEADERS = (
    "{% for m in messages %}{% if loop.index0 == 0 %}{{ bos_token }}{% endif %}{{ '<|start_header_id|>' + m['role'] + "
    "'<|end_header_id|>\n\n' + m['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}")
INST = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'] | trim }} [/INST]"
    "{% elif m['role'] == 'assistant' %} {{ m['content'] | trim }} {{ eos_token }}{% endif %}{% endfor %}")
LINES = (
    "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}")
PLAIN = (
    "{% for m in messages %}{{ m['role'] | capitalize }}: {{ m['content'] }}"
    "{% if m['role'] == 'assistant' %}{{ eos_token }}{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}")
SIDES = (
    "{% for m in messages %}{{ m['role'] }} <|a|> {{ m['content'] }} <|e|>\n{% endfor %}"
    "{% if add_generation_prompt %}assistant <|a|>{% endif %}")
TURNS = (
    "{{ bos_token }}{% for m in messages %}{{ '<turn>' + m['role'] + '\n' + m['content'] | trim + '</turn>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<turn>assistant\n' }}{% endif %}")
IM, LLAMA = ("<|endoftext|>", "<|im_start|>", "<|im_end|>"), (
    "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
im, s = {"eos_token": "<|im_end|>"}, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
gpt2 = ByteLevel(add_prefix_space=False)
prepend = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
CASES = {
    "gpt-2": (byte_level(gpt2, special(*IM)), im, CHATML),
    "gpt-2, answers marked": (byte_level(gpt2, special(*IM)), im, MARKED),
    "gpt-2, blank before": (byte_level(ByteLevel(add_prefix_space=True), special(*IM)), im, PLAIN),
    "gpt-2, digits": (
        byte_level(pre_tokenizers.Sequence([pre_tokenizers.Digits(True), gpt2]), special(*IM)), im, CHATML),
    "qwen2, NFC": (byte_level(split(r"\p{N}"), special(*IM), normalizers.NFC()), im, MARKED),
    "NFKC": (byte_level(gpt2, special(*IM), normalizers.NFKC()), im, CHATML),
    "NFD, lower case": (
        byte_level(gpt2, special(*IM), normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase()])), im, CHATML),
    "llama 3": (
        byte_level(split(r"\p{N}{1,3}"), special(*LLAMA), ignore=True, begins=LLAMA[0]),
        {"bos_token": LLAMA[0], "eos_token": LLAMA[3]}, HEADERS),
    "tokens that take blanks": (
        byte_level(gpt2, special("<|a|>", lstrip=True, rstrip=True) + special("<|e|>", rstrip=True)),
        {"eos_token": "<|e|>"}, SIDES),
    "prepend, inst": (sentence_piece(prepend, None), s, INST),
    "prepend, lines": (sentence_piece(prepend, None), s, LINES),
    "metaspace first": (sentence_piece(None, Metaspace(prepend_scheme="first", split=False)), s, INST),
    "metaspace always": (sentence_piece(None, Metaspace(prepend_scheme="always", split=False)), s, LINES),
    "metaspace never": (sentence_piece(None, Metaspace(prepend_scheme="never", split=False)), s, LINES),
    "metaspace split": (sentence_piece(None, Metaspace(prepend_scheme="always", split=True)), s, PLAIN),
    "gemma": (
        sentence_piece(normalizers.Replace(" ", "▁"), pre_tokenizers.Split(" ", "merged_with_previous"),
                       special("<turn>", "</turn>")), {**s, "eos_token": "</turn>"}, TURNS),
    "strips accents": (
        byte_level(gpt2, special(*IM), normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()])), im,
        CHATML),
    "merged with next": (
        byte_level(pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(r"\d"), "merged_with_next"), ByteLevel(False, use_regex=False)]),
            special(*IM)), im, CHATML),
    "merged with previous": (
        byte_level(pre_tokenizers.Sequence(
            [pre_tokenizers.Split(",", "merged_with_previous"), ByteLevel(False, use_regex=False)]), special(*IM)), im,
        CHATML),
    "contiguous": (
        byte_level(pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(r"\s"), "contiguous"), ByteLevel(False, use_regex=False)]), special(*IM)), im,
        CHATML),
    "inverted": (
        byte_level(pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(r"\w+"), "isolated", invert=True), ByteLevel(False, use_regex=False)]),
            special(*IM)), im, CHATML),
}
PIECES = [
    "dry", "the grey", " ", "  ", "\n", "\n\n", "\t", "'s", "’s", "12345", "7", "é",
    "e\u0301", "é\u0323", "灯塔", "한", "\u1112\u1161\u11ab", "ﬁ", "🔥",
    "🧑‍🚀", "▁", "<|im_end|>", "</s>", "<s>", "[INST]",
    "\u00a0", "\ufeff", "İ", "ß", "q\u0307\u0323", "—", "x,y", "\r\n", "</turn>",
]


def right(folder):
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    made = []
    for chat in CHATS:
        if "{% generation %}" in tokenizer.chat_template:
            both = tokenizer.apply_chat_template(chat, return_dict=True, return_assistant_tokens_mask=True)
            ids, mask = both["input_ids"], list(both["assistant_masks"])
        else:
            text = tokenizer.apply_chat_template(chat, tokenize=False)
            both = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
            ids, mask = both["input_ids"], [0] * len(both["input_ids"])
            for i, message in enumerate(chat):
                if message["role"] != "assistant":
                    continue
                begin = len(tokenizer.apply_chat_template(chat[:i], tokenize=False, add_generation_prompt=True))
                end = len(tokenizer.apply_chat_template(chat[: i + 1], tokenize=False))
                for k, (start, stop) in enumerate(both["offset_mapping"]):
                    if start < end and stop > begin:
                        mask[k] = 1
        made.append({"ids": ids, "mask": "".join(map(str, mask))})
    return {"chats": made, "texts": [tokenizer(text)["input_ids"] for text in TEXTS]}


draw = random.Random(seed)
say = lambda: "".join(draw.choices(PIECES, k=draw.randint(0, 8)))
CHATS = [
    [{"role": role, "content": say()} for _ in range(draw.randint(1, 3)) for role in ("user", "assistant")]
    for _ in range(count)
]
TEXTS = [say() for _ in range(count)]
result = {}
for name, (tokenizer, config, template) in CASES.items():
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "tokenizer.json"), "w") as file:
        file.write(tokenizer.to_str())
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
        json.dump({"chat_template": template, "clean_up_tokenization_spaces": False, **config}, file)
    result[name] = right(folder)
versions = f"transformers {transformers.__version__}, tokenizers {tokenizers.__version__}"
json.dump({"versions": versions, "chats": CHATS, "texts": TEXTS, "tokenizers": result}, sys.stdout)
