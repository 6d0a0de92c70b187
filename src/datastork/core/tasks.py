"""The tasks a dataset can be for, and the modality its samples then have. The names are the Hugging Face Hub's."""

TASKS: dict[str, str] = {
    "image-classification": "image",
    "image-multi-label-classification": "image",
    "object-detection": "image",
    "image-segmentation": "image",
    "image-to-text": "image",
    "unconditional-image-generation": "image",
    "image-feature-extraction": "image",
    "text-classification": "text",
    "token-classification": "text",
    "text-generation": "text",
    "fill-mask": "text",
    "question-answering": "text",
    "summarization": "text",
    "translation": "text",
    "sentence-similarity": "text",
    "tabular-classification": "row",
    "tabular-regression": "row",
}
