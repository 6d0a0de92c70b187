"""The tasks a dataset can be for, and the modality its samples have where the recipe names no other.

The names are the Hugging Face Hub's, https://huggingface.co/tasks; for what has none there is "other".
"""

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
    "audio-classification": "audio",
    "audio-multi-label-classification": "audio",
    "audio-to-audio": "audio",
    "automatic-speech-recognition": "audio",
    "text-to-speech": "audio",
    "text-to-audio": "audio",
    "voice-activity-detection": "audio",
    "video-classification": "video",
    "video-text-to-text": "video",
    "text-to-video": "video",
    "other": "image",
}

ALSO = {"table-classification": "tabular-classification", "table-regression": "tabular-regression"}
"""Other names of tasks, as people say them -> the name they have here."""


def task_named(name: str) -> str:
    """Return the name of a task that may have been called otherwise.

    >>> task_named("table-classification"), task_named("fill-mask")
    ('tabular-classification', 'fill-mask')
    """
    return ALSO.get(name, name)
