"""Boxes drawn on a picture. Needs Pillow (`pip install 'specnet[images]'`)."""

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from specnet.images.boxes import Box
from specnet.images.prepare import Picture, in_channels

COLOUR = (220, 30, 30)


def draw_boxes(picture: Picture, boxes: Iterable[Box]) -> Picture:
    """`picture` ``[1, H, W]`` or ``[3, H, W]`` in colour ``[3, H, W]``, with each box around its object and its label.

    >>> drawn = draw_boxes(np.ones((1, 60, 60), np.float32), [Box("7", 0.98, left=20, top=30, width=10, height=20)])
    >>> drawn.shape, (255 * drawn[:, 29, 25]).tolist(), drawn[:, 40, 25].tolist()
    ((3, 60, 60), [220.0, 30.0, 30.0], [1.0, 1.0, 1.0])
    """
    pixels = np.rint(np.clip(in_channels(picture, 3), 0, 1) * 255).astype(np.uint8)
    image = Image.fromarray(pixels.transpose(1, 2, 0))
    draw = ImageDraw.Draw(image)
    thick = max(1, round(max(image.size) / 600))
    for box in boxes:
        right, bottom = box.left + box.width, box.top + box.height
        draw.rectangle((box.left - thick, box.top - thick, right + thick - 1, bottom + thick - 1), None, COLOUR, thick)
        letters = max(10, box.height // 3)
        above = box.top - thick > letters
        at = (box.left, box.top - thick if above else bottom + thick)
        font = ImageFont.load_default(letters)
        draw.text(at, f"{box.label} {box.score:.2f}", COLOUR, font, "lb" if above else "lt")
    drawn: Picture = np.divide(np.asarray(image).transpose(2, 0, 1), 255, dtype=np.float32)
    return drawn
