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
