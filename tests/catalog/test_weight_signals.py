"""What speaks for model weights: every signal fires on its name, and not on the name one fact apart."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest

from scanner.catalog import ScoredName, WeightSignals, load_weight_signals

GIB = 1 << 30


@cache
def signals() -> WeightSignals:
    return load_weight_signals()


def score(found: ScoredName | None) -> int:
    return found.score if found else 0


# Per pattern of an object: a name that it scores, that score, and a twin with a lower one.
OBJECTS = {
    "*.safetensors": ("llm/model.safetensors", 90, "llm/model.safetensors.md5", 0),
    "*.gguf": ("q4/llama.Q4_K_M.GGUF", 90, "q4/llama.gguf.txt", 0),
    "*.ggml": ("llama.ggml", 85, "llama.ggmls", 0),
    "ggml-*.bin": ("ggml-model-f16.bin", 85, "xggml-model-f16.bin", 10),
    "*.llamafile": ("mistral.llamafile", 85, "llamafile", 0),
    "*.nemo": ("megatron.nemo", 85, "nemo", 0),
    "*-#-of-#.safetensors": ("model-00001-of-00030.safetensors", 95, "model-1-off-30.safetensors", 90),
    "*-#-of-#.gguf": ("llama-00001-of-00009.gguf", 95, "llama-00001-of-.gguf", 90),
    "pytorch_model-#-of-#.bin": ("pytorch_model-00001-of-00002.bin", 95, "photos-00001-of-00002.bin", 10),
    "model-#-of-#.*": ("model-00001-of-00004.zst", 90, "logs-00001-of-00004.zst", 0),
    "consolidated.#.pth": ("consolidated.00.pth", 95, "consolidated.final.pth", 70),
    "*.safetensors.index.json": ("model.safetensors.index.json", 80, "model.safetensors.json", 0),
    "*.bin.index.json": ("pytorch_model.bin.index.json", 75, "pytorch_model.bin.json", 0),
    "*.index.json": ("search.index.json", 20, "search-index.json", 0),
    "*.distcp": ("step_100.distcp", 85, "step_100.distcp.log", 0),
    "__#_#.distcp": ("__0_3.distcp", 90, "__0_x.distcp", 85),
    "mp_rank_#_model_states.pt": (
        "global_step9/mp_rank_00_model_states.pt",
        95,
        "mp_rank_model_states.pt",
        60,
    ),
    "*zero_pp_rank_#_mp_rank_#_optim_states.pt": (
        "bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt",
        90,
        "bf16_zero_pp_rank_0_optim_states.pt",
        60,
    ),
    "model_optim_rng.pt": ("iter_0001/mp_rank_00/model_optim_rng.pt", 90, "optim_rng.pt", 60),
    "variables.data-#-of-#": ("variables/variables.data-00000-of-00001", 80, "variables.index", 0),
    "*.ckpt-#.data-#-of-#": ("model.ckpt-1000.data-00000-of-00001", 80, "model.data-00000-of-00001", 0),
    "pytorch_model.bin": ("pytorch_model.bin", 90, "pytorch_model.bin.sha256", 0),
    "pytorch_model*.bin": ("pytorch_model_fsdp.bin", 85, "pytorch.bin", 10),
    "adapter_model.bin": ("lora/adapter_model.bin", 80, "lora/adapter.bin", 10),
    "flax_model*.msgpack": ("flax_model.msgpack", 80, "events.msgpack", 0),
    "tf_model.h5": ("tf_model.h5", 85, "survey.h5", 35),
    "saved_model.pb": ("1/saved_model.pb", 75, "1/message.pb", 0),
    "*.onnx": ("yolo.onnx", 75, "yolo.onnx.json", 0),
    "*.keras": ("best.keras", 70, ".keras/keras.json", 0),
    "*.pth": ("resnet50.pth", 70, "resnet50.path", 0),
    "*.ckpt": ("last.ckpt", 70, "last.ckpt.yaml", 0),
    "*.pt": ("step=100.pt", 60, "step=100.pt-br", 0),
    "*.tflite": ("mobile.tflite", 60, "mobile.tflites", 0),
    "*.mar": ("densenet161.mar", 50, "calamar", 0),
    "model.plan": ("repo/bert/1/model.plan", 70, "terraform.plan", 25),
    "*.engine": ("rank0.engine", 55, "rules.engines", 0),
    "*.trt": ("unet.trt", 55, "unet.srt", 0),
    "*.plan": ("terraform.plan", 25, "plan", 0),
    "*.h5": ("survey.h5", 35, "survey.h5.csv", 0),
    "*.npz": ("embeddings.npz", 30, "embeddings.npy.gz", 0),
    "*.pkl": ("cache.pkl", 15, "cache.pkl.gz", 0),
    "*.bin": ("notes.bin", 10, "notes.binary", 0),
    "model.tar.gz": ("upload/model.tar.gz", 70, "upload/my-model.tar.gz", 0),
    "**/output/model.tar.gz": ("job-1/output/model.tar.gz", 85, "job-1/outputs/model.tar.gz", 70),
    "**/models--*--*/**": ("hub/models--acme--llm/blobs/1f3a", 80, "hub/datasets--acme--text/blobs/1f3a", 0),
    "models--*--*/**": ("models--acme--llm/refs/main", 80, "models-acme-llm/refs/main", 0),
    "generation_config.json": ("llm/generation_config.json", 30, "llm/config.json", 0),
    "tokenizer.model": ("llm/tokenizer.model", 25, "llm/tokenizer.models", 0),
    "tokenizer.json": ("llm/tokenizer.json", 20, "llm/tokenizers.json", 0),
}


@pytest.mark.parametrize(("name", "expected", "twin", "lower"), OBJECTS.values(), ids=OBJECTS)
def test_object_name(name: str, expected: int, twin: str, lower: int) -> None:
    assert lower < expected
    assert score(signals().score_object_name(name)) == expected
    assert score(signals().score_object_name(twin)) == lower


def test_every_object_pattern_has_a_case() -> None:
    assert list(OBJECTS) == [rule.pattern for rule in signals().rules.objects]


NO_WEIGHTS = {
    "prose about weights": "docs/how-we-store-weights.md",
    "a table": "exports/2026/customers.parquet",
    "an archive": "backup/site.tar.gz",
    "the format as a folder": "model.safetensors/readme.txt",
    "a folder's marker": "checkpoints/",
    "the format with a space": "model.safetensors ",
    "nothing": "",
}


@pytest.mark.parametrize("name", NO_WEIGHTS.values(), ids=NO_WEIGHTS)
def test_other_names_do_not_speak(name: str) -> None:
    assert signals().score_object_name(name) is None


SIZES = {
    "size unknown": ("notes.bin", None, 10),
    "one byte less than large": ("notes.bin", GIB - 1, 10),
    "large": ("notes.bin", GIB, 25),
    "sure enough already": ("model.safetensors", GIB, 95),
    "beyond what size can add": ("consolidated.00.pth", GIB, 95),
    "size alone is nothing": ("film.mp4", 100 * GIB, 0),
}


@pytest.mark.parametrize(("name", "size", "expected"), SIZES.values(), ids=SIZES)
def test_size(name: str, size: int | None, expected: int) -> None:
    assert score(signals().score_object_name(name, size)) == expected


def test_size_is_in_the_reason() -> None:
    found = signals().score_object_name("notes.bin", GIB)
    assert found == ScoredName(25, "binary file, 1 GiB or more", "model-weights")


BUCKETS = {
    "default bucket of SageMaker": ("sagemaker-us-east-1-100000000001", 60),
    "of a partition": ("sagemaker-us-gov-west-1-100000000001", 60),
    "SageMaker's, but not the default": ("sagemaker-studio-100000000001", 0),
    "weights": ("ourlab-weights", 60),
    "inside a word": ("lightweights-club", 0),
    "checkpoints": ("acme.checkpoints.eu", 60),
    "a point to check": ("checkpoint-charlie-tours", 60),
    "a check": ("point-check", 0),
    "a hub": ("huggingface_mirror", 60),
    "language models": ("prod-llm-eu", 45),
    "inside another word": ("hallmarks-prod", 0),
    "models": ("acme-models", 35),
    "remodelling": ("acme-remodels", 0),
    "case": ("Acme-WEIGHTS", 60),
    "a bucket like any other": ("acme-logs", 0),
    "nothing": ("", 0),
}


@pytest.mark.parametrize(("name", "expected"), BUCKETS.values(), ids=BUCKETS)
def test_bucket_name(name: str, expected: int) -> None:
    assert score(signals().score_bucket_name(name)) == expected


TAGS = {
    "tagged": ([("data-class", "model-weights")], 100),
    "case and underscores": ([("Data_Class", "Model_Weights")], 100),
    "another class": ([("data-class", "training-data")], 0),
    "another value that begins so": ([("data-class", "model-weights-docs")], 0),
    "another key": ([("team", "model-weights")], 0),
    "swapped": ([("model-weights", "data-class")], 0),
    "the strongest of several": ([("contains", "checkpoints"), ("data-class", "model-weights")], 100),
    "checkpoints": ([("contains", "checkpoints")], 90),
    "no tags": ([], 0),
}


@pytest.mark.parametrize(("tags", "expected"), TAGS.values(), ids=TAGS)
def test_tags(tags: list[tuple[str, str]], expected: int) -> None:
    assert score(signals().score_tags(tags)) == expected


IMAGES = {
    "**vllm/vllm-openai": ("vllm/vllm-openai:v0.11.0", "vllm/vllm-docs:v0.11.0"),
    "**/tritonserver": ("nvcr.io/nvidia/tritonserver@sha256:0f", "nvcr.io/nvidia/tritonserver-sdk"),
    "**huggingface/text-generation-inference": (
        "ghcr.io/huggingface/text-generation-inference:3",
        "ghcr.io/huggingface/text-generation",
    ),
    "**huggingface/text-embeddings-inference": (
        "ghcr.io/huggingface/text-embeddings-inference",
        "ghcr.io/acme/text-embeddings-inference",
    ),
    "**huggingface-*-tgi-inference": (
        "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.4",
        "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training:2.4",
    ),
    "**lmsysorg/sglang": ("lmsysorg/sglang:latest", "lmsysorg/sglang-router"),
    "**ollama/ollama": ("localhost:5000/ollama/ollama", "localhost:5000/ollama"),
    "**/llama.cpp": ("ghcr.io/ggml-org/llama.cpp:server", "ghcr.io/ggml-org/llamaxcpp:server"),
    "**/djl-inference": ("763104351884.dkr.ecr.us-east-1.amazonaws.com/djl-inference:0.30", "djl/inference"),
    "nvcr.io/nim/**": ("nvcr.io/nim/meta/llama3-8b-instruct:1.0", "nvcr.io/nimble/app"),
}


@pytest.mark.parametrize(("image", "twin"), IMAGES.values(), ids=IMAGES)
def test_image(image: str, twin: str) -> None:
    found = signals().score_image(image)
    assert found is not None
    assert found.asset_class == "inference-endpoint"
    assert signals().score_image(twin) is None


COMMANDS = {
    "vllm serve": ("vllm  serve acme/llm --port 8000", "pip install vllm; serve it"),
    "vllm.entrypoints": ("python -m vllm.entrypoints.openai.api_server", "import myvllm.entrypoints"),
    "tritonserver": ("tritonserver --model-repository=s3://m", "apt install tritonserver-docs"),
    "text-generation-launcher": ("text-generation-launcher --model-id x", "text-generation --model-id x"),
    "sglang.launch_server": ("python3 -m sglang.launch_server", "python3 -m sglang.launch"),
    "llama-server": ("exec LLAMA-SERVER -m m.gguf", "ollama-server"),
    "ollama serve": ("#!/bin/sh\nollama serve &", "ollama server-list"),
    "huggingface-cli download": ("huggingface-cli download acme/llm", "huggingface-cli upload acme/llm"),
    "hf download": ("hf download acme/llm", "shelf download"),
}


@pytest.mark.parametrize(("command", "twin"), COMMANDS.values(), ids=COMMANDS)
def test_command(command: str, twin: str) -> None:
    assert signals().score_command(command) is not None
    assert signals().score_command(twin) is None


VARIABLES = {
    "HF_HOME": ("HF_HOME", "HF_HOMEPAGE"),
    "HF_HUB_CACHE": ("HF_HUB_CACHE", "HUB_CACHE"),
    "TRANSFORMERS_CACHE": ("TRANSFORMERS_CACHE", "TRANSFORMERS_CACHED"),
    "HF_MODEL_ID": ("HF_MODEL_ID", "MODEL_ID"),
    "VLLM_*": ("VLLM_USE_V1", "VLLM"),
    "SM_MODEL_DIR": ("SM_MODEL_DIR", "MODEL_DIR"),
}


@pytest.mark.parametrize(("name", "twin"), VARIABLES.values(), ids=VARIABLES)
def test_variable(name: str, twin: str) -> None:
    assert signals().score_variable(name) is not None
    assert signals().score_variable(twin) is None


SERVERS = {
    "vllm": ("vllm-prod-1", "myvllmproxy"),
    "triton": ("gpu_triton", "tritone"),
    "tgi": ("k8s-prod-tgi-1a2b", "ctgi"),
    "sglang": ("sglang", "sglanguage"),
    "ollama": ("Ollama box", "ollamas"),
    "llamacpp": ("llama.cpp-eu", "llama-cpp"),
    "inference": ("llm-inference-alb", "inferences"),
}


@pytest.mark.parametrize(("name", "twin"), SERVERS.values(), ids=SERVERS)
def test_name_of_a_server(name: str, twin: str) -> None:
    assert signals().score_server_name(name) is not None
    assert signals().score_server_name(twin) is None


def test_a_server_is_known_by_its_ports() -> None:
    found = [
        signals().score_server_name("ollama-1"),
        signals().score_image("docker.io/ollama/ollama:0.4"),
        signals().score_command("ollama serve"),
    ]
    assert [scored.ports for scored in found if scored] == [(11434,)] * 3


def test_every_workload_rule_has_a_case() -> None:
    rules = signals().rules
    assert list(IMAGES) == [rule.pattern for rule in rules.images]
    assert list(COMMANDS) == [rule.text for rule in rules.commands]
    assert list(VARIABLES) == [rule.pattern for rule in rules.variables]
    assert all(set(rule.words) & set(SERVERS) for rule in rules.servers)


def test_every_bucket_word_and_tag_fires() -> None:
    words = [word for rule in signals().rules.buckets for word in rule.words]
    assert [word for word in words if signals().score_bucket_name(f"acme-{word}") is None] == []
    tags = [(k, v) for rule in signals().rules.tags for k in rule.keys for v in rule.values]
    assert [tag for tag in tags if signals().score_tags([tag]) is None] == []


@pytest.mark.parametrize(
    "changes",
    [{"score": 0}, {"score": 101}, {"of": "folder"}, {"class": "weights"}, {"patern": "x"}],
    ids=["no score", "beyond doubt", "part of a name", "asset class", "misspelt"],
)
def test_rules_are_held_to_their_types(changes: dict[str, object]) -> None:
    rules = {**msgspec.to_builtins(signals().rules), "objects": []}
    good = {"pattern": "*.x", "score": 10, "reason": "x", "of": "name", "class": "model-weights"}
    assert msgspec.convert({**rules, "objects": [good]}, type(signals().rules)).objects[0].score == 10
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**rules, "objects": [{**good, **changes}]}, type(signals().rules))
