"""All images of a folder, decoded and resized to 224 x 224 by two workers: Pillow, torchvision.

    python images.py FOLDER

A DataLoader with two worker processes and batches of 32 reads every image of the folder, three
times; the first pass starts the workers and reads the files into the page cache. Reported is the
best of the other two.

  pillow        Image.open, convert("RGB"), resize with the bilinear filter, as wide as needed
  pillow draft  the same after draft("RGB", (224, 224)): JPEGs decode at 1/2, 1/4 or 1/8
  torchvision   decode_image to RGB, resize bilinear with antialias

The same by Sheaf, with two threads:

    format/src/jmh/run --main media.ImageReads FOLDER

A library that is not installed is left out.
"""

import os
import subprocess
import sys
import time

SIDE = 224
PASSES = 3


def pillow(path, draft=False):
    import numpy as np
    from PIL import Image

    with Image.open(path) as image:
        if draft:
            image.draft("RGB", (SIDE, SIDE))
        small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        return np.asarray(small)


def pillow_draft(path):
    return pillow(path, draft=True)


def torchvision(path):
    from torchvision.io import ImageReadMode, decode_image
    from torchvision.transforms.v2.functional import resize

    return resize(decode_image(path, ImageReadMode.RGB), [SIDE, SIDE], antialias=True)


READERS = {"pillow": pillow, "pillow draft": pillow_draft, "torchvision": torchvision}


class Images:
    def __init__(self, paths, read):
        self.paths = paths
        self.read = read

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return self.read(self.paths[index])


def measure(name, folder):
    from torch.utils.data import DataLoader

    paths = sorted(os.path.join(root, file) for root, _, files in os.walk(folder) for file in files)
    loader = DataLoader(
        Images(paths, READERS[name]), batch_size=32, num_workers=2, persistent_workers=True
    )
    seconds = []
    for _ in range(PASSES):
        begin = time.perf_counter()
        count = sum(len(batch) for batch in loader)
        seconds.append(time.perf_counter() - begin)
        assert count == len(paths)
    print(f"{name}: {len(paths)} images, {len(paths) / min(seconds[1:]):.0f} samples/s")


def main():
    if len(sys.argv) == 3:
        measure(sys.argv[2], sys.argv[1])
        return
    for name in READERS:
        command = [sys.executable, os.path.abspath(__file__), sys.argv[1], name]
        done = subprocess.run(command, capture_output=True, text=True)
        print(done.stdout, end="")
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:]
            print(f"{name}: left out: {last[0] if last else done.returncode}")


if __name__ == "__main__":
    main()
