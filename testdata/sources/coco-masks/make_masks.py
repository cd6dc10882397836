"""Makes masks.jsonl: polygons and run lengths with the masks that pycocotools makes of them.

    pip install numpy pycocotools
    python make_masks.py [COUNT [FILE]]

One case a line: [height, width, segmentation, counts], where counts is the text that COCO.annToRLE
gives. The polygons are drawn by a fixed seed: convex and random ones, thin ones, ones that leave the
image, on half pixels, in one point or line, with repeated corners, and several merged.
"""

import json
import os
import random
import sys

from pycocotools import mask
from pycocotools.coco import COCO


def polygon(draw, height, width):
    """Returns one polygon; x and y in turn."""
    kind = draw.randrange(10)
    corners = draw.choice([3, 3, 4, 5, 8, 20, 60])
    margin = draw.choice([0, 0, 0, 3, max(height, width)])

    def corner():
        x = draw.uniform(-margin, width + margin)
        y = draw.uniform(-margin, height + margin)
        return [x, y]

    points = [corner() for _ in range(corners)]
    if kind == 0:  # a thin one
        x, y = corner()
        dx, dy = draw.uniform(-20, 20), draw.uniform(-20, 20)
        thick = draw.choice([0.01, 0.1, 0.3, 0.9])
        points = [[x, y], [x + dx, y + dy], [x + dx + thick, y + dy], [x + thick, y]]
    elif kind == 1:  # one point, or a line there and back
        x, y = corner()
        points = [[x, y]] * 3 if draw.random() < 0.5 else [[x, y], corner(), [x, y]]
    elif kind == 2:  # repeated corners
        points = [p for p in points for _ in range(draw.randrange(1, 4))]
    elif kind == 3:  # whole and half pixels
        points = [[round(2 * x) / 2, round(2 * y) / 2] for x, y in points]
    elif kind == 4:  # along the edges of the image
        points = [[0, 0], [0, height], [width, height], [width, 0]]
        points = [[x + draw.choice([0, 0, -1, 1, 0.5]), y] for x, y in points]
    elif kind == 5:  # two decimals, as COCO has them
        points = [[round(x, 2), round(y, 2)] for x, y in points]
    elif kind == 6:  # wholly outside
        points = [[x - 3 * width, y] for x, y in points]
    return [value for point in points for value in point]


def bits(draw, height, width):
    """Returns run lengths of random rows."""
    counts, left = [], height * width
    while left > 0:
        run = min(left, draw.choice([0, 1, 2, 7, 40, 3000]) if counts else draw.randrange(5))
        if run == 0 and counts and counts[-1] == 0:
            continue
        counts.append(run)
        left -= run
    return counts


def segmentation(draw, height, width):
    kind = draw.randrange(12)
    if kind == 1:
        return {"size": [height, width], "counts": bits(draw, height, width)}
    if kind == 2:
        plain = {"size": [height, width], "counts": bits(draw, height, width)}
        packed = mask.frPyObjects(plain, height, width)
        return {"size": [height, width], "counts": packed["counts"].decode()}
    if kind == 3:  # a first polygon, then pieces that enclose nothing
        short = [draw.uniform(0, width) for _ in range(draw.choice([0, 1, 2, 4, 5]))]
        return [polygon(draw, height, width), short]
    several = draw.choice([1, 1, 1, 1, 2, 3, 5])
    return [polygon(draw, height, width) for _ in range(several)]


def cases(count):
    draw = random.Random(20261201)
    made = 0
    while made < count:
        height = draw.choice([1, 2, 7, 31, 64, 100, 333])
        width = draw.choice([1, 3, 8, 40, 64, 101, 500])
        found = segmentation(draw, height, width)
        api = COCO()
        api.imgs = {1: {"id": 1, "height": height, "width": width}}
        counts = api.annToRLE({"image_id": 1, "segmentation": found})["counts"]
        yield [height, width, found, counts.decode() if isinstance(counts, bytes) else counts]
        made += 1


if __name__ == "__main__":
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    here = os.path.dirname(os.path.abspath(__file__))
    target = sys.argv[2] if len(sys.argv) > 2 else os.path.join(here, "masks.jsonl")
    with open(target, "w") as out:
        for case in cases(amount):
            out.write(json.dumps(case, separators=(",", ":")) + "\n")
