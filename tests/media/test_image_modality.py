"""The image modality keeps the promises of the protocol."""

import sys

import numpy as np
import pytest
from image_files import every_format, exif, opened, photo, save

from datastork.core.errors import DataError
from datastork.media.image import Image
from datastork.media.image.modality import MODALITY
from datastork.media.modality import modality, modality_of_type, recognise

FORMATS = every_format()


def test_it_is_found_by_name_type_and_content() -> None:
    assert modality("image") is MODALITY
    assert modality_of_type(Image) is MODALITY
    assert MODALITY.name == "image"
    for data in FORMATS.values():
        assert recognise(data) is MODALITY
    with pytest.raises(DataError, match="the content is no image"):
        recognise(b"a text called photo.png")


@pytest.mark.parametrize("name", FORMATS)
def test_decode_and_encode_settle_after_one_round(name: str) -> None:
    first = MODALITY.encode(MODALITY.decode(FORMATS[name]))
    again = MODALITY.decode(first.data)
    assert first.format == MODALITY.sniff(first.data[:64])
    if first.format == "png":
        assert np.array_equal(again.pixels, MODALITY.decode(FORMATS[name]).pixels)
        assert MODALITY.encode(again) == first


def test_describe_gives_the_size_as_seen() -> None:
    image = MODALITY.decode(save(photo(), "JPEG", exif=exif(6)))
    assert MODALITY.describe(image)._asdict() == {"width": 90, "height": 120}


@pytest.mark.parametrize("name", FORMATS)
def test_a_preview_is_a_small_jpeg(name: str) -> None:
    made = MODALITY.preview(FORMATS[name], 40)
    shown = opened(made.data)
    assert made.format == "jpeg"
    assert (shown.format, shown.size) == ("JPEG", (40, 30))
    assert "exif" not in shown.info


def test_a_preview_is_never_larger_than_the_image() -> None:
    assert opened(MODALITY.preview(FORMATS["png"], 4000).data).size == (120, 90)


def test_a_preview_stands_upright() -> None:
    assert opened(MODALITY.preview(save(photo(), "JPEG", exif=exif(6)), 40).data).size == (30, 40)


def test_private_parts_go() -> None:
    assert b"Lisbon" not in MODALITY.strip_private(save(photo(), "JPEG", exif=exif()))


def test_fingerprints_find_a_recompressed_copy() -> None:
    kinds = [photo(200, 150), photo(200, 150)[::-1, :60].copy()]
    prints = [MODALITY.fingerprint(Image(p)) for p in kinds]
    prints.append(MODALITY.fingerprint(MODALITY.decode(save(kinds[0], "JPEG", quality=30))))
    pairs = MODALITY.near_pairs(prints, threshold=0.9)
    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == [(0, 2)]


def test_importing_the_modality_imports_nothing_heavy() -> None:
    import subprocess

    code = "import sys, datastork.media.image.modality; print({'numpy', 'cv2', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
