"""Writes the files of this folder with the libraries whose formats they are.

    pip install numpy pillow pycocotools webdataset mosaicml-streaming safetensors h5py datasets pyarrow
    python make_sources.py

The tests read these files and expect what the loops below put into them; a released file is never
written again.
"""

import io
import json
import os
import shutil

import h5py
import numpy as np
from PIL import Image
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))


def path(*parts):
    target = os.path.join(HERE, *parts)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    return target


def picture(i, form="JPEG"):
    """A picture of 8 x 6 pixels in one colour."""
    out = io.BytesIO()
    Image.new("RGB", (8, 6), (40 * i % 256, 90, 200 - 20 * i)).save(out, form)
    return out.getvalue()


def webdataset():
    import webdataset as wds

    for name in ("shard-000.tar", "shard-001.tar.gz"):
        first = 0 if "000" in name else 3
        with wds.TarWriter(path("webdataset", name), mtime=0, user="u", group="g") as writer:
            for i in range(first, first + 3):
                writer.write(
                    {
                        "__key__": f"set/{i:04d}",
                        "jpg": picture(i),
                        "cls": i % 2,
                        "txt": f"picture {i} 图",
                        "json": {"width": 8, "tags": ["a"] * i, "score": i / 4},
                        "npy": np.arange(4, dtype=np.float32) + i,
                    }
                )


def arrays():
    base = np.arange(24).reshape(4, 3, 2)
    np.save(path("array", "c-int16.npy"), base.astype("<i2"))
    np.save(path("array", "fortran-float64.npy"), np.asfortranarray(base.astype("<f8") / 4))
    np.save(path("array", "big-endian-float32.npy"), base.astype(">f4"))
    np.save(path("array", "half.npy"), base.astype("<f2"))
    np.save(path("array", "bool.npy"), base % 3 == 0)
    np.save(path("array", "uint8.npy"), base.astype("u1"))
    np.save(path("array", "text.npy"), np.array(["zero", "eins", "二", ""]))
    np.save(path("array", "bytes.npy"), np.array([b"ab", b"c", b"", b"xyz"]))
    np.save(path("array", "complex.npy"), base.astype("<c8"))
    np.save(path("array", "scalar.npy"), np.float32(2.5))
    np.save(path("array", "pickled.npy"), np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with open(path("array", "version2.npy"), "wb") as out:
        np.lib.format.write_array(out, base.astype("<i4"), version=(2, 0))
    np.savez(
        path("array", "four.npz"),
        image=base.astype("u1"),
        label=np.array([3, 1, 2, 0]),
        name=np.array(["a", "b", "c", "d"]),
    )
    np.savez_compressed(path("array", "apart.npz"), a=np.ones(3, "f4"), b=np.zeros((2, 2), "i8"))
    save_file(
        {
            "embedding": (base / 8).astype("f4"),
            "half": base.astype("f2"),
            "flag": np.array([True, False, True, True]),
            "id": np.array([9, 8, 7, 6], dtype="i8"),
        },
        path("array", "four.safetensors"),
        metadata={"made_by": "make_sources.py"},
    )
    with h5py.File(path("array", "four.h5"), "w") as out:
        out["image"] = base.astype("u1")
        out["label"] = np.array([3, 1, 2, 0], dtype="i8")
        out.create_dataset("name", data=["a", "b", "二", ""], dtype=h5py.string_dtype())
        out.create_dataset(
            "features/embedding", data=(base / 8).astype("f4"), chunks=(2, 3, 2), compression="gzip"
        )
        ragged = out.create_dataset("tokens", (4,), dtype=h5py.vlen_dtype(np.int32))
        for i in range(4):
            ragged[i] = np.arange(i)


def mds():
    from streaming import MDSWriter

    columns = {
        "id": "int",
        "text": "str",
        "raw": "bytes",
        "meta": "json",
        "image": "png",
        "photo": "jpeg",
        "small": "uint8",
        "score": "float32",
        "exact": "str_int",
        "any": "ndarray",
        "typed": "ndarray:int16",
        "fixed": "ndarray:float32:2,3",
    }
    for name, compression in (("plain", None), ("zstd", "zstd:3"), ("gz", "gz:6")):
        shutil.rmtree(path("mds", name), ignore_errors=True)
        with MDSWriter(
            out=path("mds", name),
            columns=columns,
            compression=compression,
            hashes=["sha1"],
            size_limit=3000,
        ) as writer:
            for i in range(7):
                writer.write(
                    {
                        "id": i,
                        "text": f"text {i} 字",
                        "raw": bytes([i] * i),
                        "meta": {"i": i, "list": [i, "x"]},
                        "image": Image.open(io.BytesIO(picture(i, "PNG"))),
                        "photo": Image.open(io.BytesIO(picture(i))),
                        "small": np.uint8(i),
                        "score": np.float32(i / 4),
                        "exact": 10**20 + i,
                        "any": np.arange(i + 1, dtype=np.float64).reshape(1, i + 1),
                        "typed": np.arange(i + 1, dtype=np.int16),
                        "fixed": np.full((2, 3), i, dtype=np.float32),
                    }
                )
    shutil.rmtree(path("mds", "pickle"), ignore_errors=True)
    with MDSWriter(out=path("mds", "pickle"), columns={"x": "pkl"}) as writer:
        writer.write({"x": {"a": 1}})


def hugging_face():
    from datasets import Dataset, Features, Image as HfImage, List, Value

    wave = b"RIFF" + (36 + 16).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    wave += b"\x01\0\x01\0" + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little")
    wave += b"\x02\0\x10\0data" + (16).to_bytes(4, "little") + bytes(16)
    rows = {
        "id": [0, 1, 2],
        "picture": [{"bytes": picture(i), "path": f"{i}.jpg"} for i in range(3)],
        "sound": [{"bytes": wave, "path": None}] * 2 + [None],
        "pictures": [
            [{"bytes": picture(j), "path": f"{i}-{j}.jpg"} for j in range(i)] for i in range(3)
        ],
    }
    features = Features(
        {
            "id": Value("int64"),
            "picture": HfImage(decode=False),
            "sound": {"bytes": Value("binary"), "path": Value("string")},  # as Audio is stored
            "pictures": List(HfImage(decode=False)),
        }
    )
    dataset = Dataset.from_dict(rows, features=features)
    dataset.to_parquet(path("huggingface", "media.parquet"))


def coco():
    from pycocotools import mask

    bits = np.zeros((6, 8), dtype=np.uint8, order="F")
    bits[1:3, 2:5] = 1
    counts = mask.encode(bits)["counts"].decode()
    for i in range(3):
        with open(path("coco", "images", f"{i:03d}.jpg"), "wb") as out:
            out.write(picture(i))
    instances = {
        "info": {"year": 2026},
        "licenses": [{"id": 1, "name": "CC0"}],
        "categories": [
            {"id": 1, "name": "cat", "supercategory": "animal"},
            {"id": 7, "name": "car", "supercategory": "vehicle"},
        ],
        "images": [
            {"id": 10 + i, "file_name": f"{i:03d}.jpg", "width": 8, "height": 6, "license": 1}
            for i in range(3)
        ],
        "annotations": [
            {
                "id": 100,
                "image_id": 10,
                "category_id": 1,
                "bbox": [1, 1, 3, 2],
                "area": 6,
                "iscrowd": 0,
                "segmentation": [[1, 1, 4, 1, 4, 3, 1, 3]],
            },
            {
                "id": 101,
                "image_id": 10,
                "category_id": 7,
                "bbox": [0, 0, 2, 2],
                "area": 4,
                "iscrowd": 1,
                "segmentation": {"size": [6, 8], "counts": [0, 2, 4, 2, 40]},
            },
            {
                "id": 102,
                "image_id": 12,
                "category_id": 1,
                "bbox": [0.5, 0.5, 1, 1],
                "area": 1,
                "iscrowd": 0,
                "segmentation": {"size": [6, 8], "counts": counts},
            },
        ],
    }
    captions = {
        "images": instances["images"],
        "annotations": [
            {"id": 1, "image_id": 10, "caption": "A blue field."},
            {"id": 2, "image_id": 10, "caption": "Nothing else."},
            {"id": 3, "image_id": 11, "caption": "Another."},
        ],
    }
    for name, document in (("instances", instances), ("captions", captions)):
        with open(path("coco", "annotations", name + ".json"), "w") as out:
            json.dump(document, out, indent=1)


if __name__ == "__main__":
    webdataset()
    arrays()
    mds()
    hugging_face()
    coco()
