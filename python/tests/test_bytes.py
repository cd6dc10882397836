"""The small pieces of the format: bitmaps, types, numbers, hostile bytes."""

import json
import os
import random
import shutil

import ml_dtypes
import numpy as np
import pytest

import sheaf
from sheaf import _order, _pages, _records, _roaring
from sheaf._cells import tensor_bytes, unpack, widened
from sheaf._version import open_version, split_name
from sheaf.types import BITS, NUMPY, Type, is_wider

from conftest import GOLDEN


def test_bitmaps_are_those_of_another_library():
    pyroaring = pytest.importorskip("pyroaring")
    random.seed(1)
    sets = [
        [], [0], [65_535], list(range(65_536)), list(range(10, 5000)), list(range(0, 65_536, 2)),
        random.sample(range(65_536), 4096), random.sample(range(65_536), 4097),
        random.sample(range(65_536), 60_000), [1, 2, 3, 7, 8, 9, 60_000],
    ]  # fmt: skip
    for members in sets:
        bitmap = pyroaring.BitMap(members)
        for is_run in (False, True):
            if is_run:
                bitmap.run_optimize()
            data = bitmap.serialize()
            assert _roaring.slots(data).tolist() == sorted(members)
            for cut in (1, len(data) // 2, len(data) - 1):
                with pytest.raises(_roaring.BadBitmap):
                    _roaring.slots(data[:cut])
            with pytest.raises(_roaring.BadBitmap):
                _roaring.slots(data + b"\0")


def test_bitmaps_with_other_members_are_refused():
    pyroaring = pytest.importorskip("pyroaring")
    for members in ([65_536], [1, 70_000], [1 << 20]):
        with pytest.raises(_roaring.BadBitmap):
            _roaring.slots(pyroaring.BitMap(members).serialize())
    with pytest.raises(_roaring.BadBitmap):
        _roaring.slots(bytes((1 << 20) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "int8", "bfloat16", "u4", "utf8", "json", "binary", "date", "timestamp<ns>",
        "timestamp<us, Europe/Berlin>", "tensor<float32, []>", "tensor<u4, [?, 3]>",
        "list<list<float16>>", "struct<>", 'struct<a: int8, "with space": struct<"": utf8>>',
        'struct<"q\\"u\\\\o": json>', "media<image>",
    ],
)  # fmt: skip
def test_types_are_spelled_as_they_are_read(text):
    assert str(Type.parse(text)) == text
    assert Type.parse(text.replace(", ", ",").replace(": ", ":")) == Type.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "int7", "utf8 ", "tensor<float32>", "tensor<float32, [-1]>", "tensor<float32, [3,]>",
        "list<>", "list<media<image>>", "struct<a: int8, a: int8>", "struct<a int8>",
        "timestamp<m>", "timestamp<s, >", "media<book>", "int8 int8", "list<" * 40 + "int8",
        "tensor<uint8, [99999999999999999999]>",
        "tensor<uint8, [0, 4294967296, 4294967296]>", 'struct<"a: int8>',
        f"tensor<uint8, [{', '.join(['1'] * 33)}]>",
    ],
)  # fmt: skip
def test_other_types_are_refused(text):
    if text == "utf8 ":
        assert Type.parse(text) == Type("utf8")
        return
    with pytest.raises(sheaf.UnsupportedFormatError):
        Type.parse(text)


def test_packed_elements_are_unpacked_and_packed():
    rng = np.random.default_rng(1)
    for dtype in ("bool", "u1", "u2", "u4", "i4"):
        for count in (0, 1, 7, 8, 9, 64, 1001):
            data = rng.integers(0, 256, (count * BITS[dtype] + 7) // 8, dtype=np.uint8)
            values = unpack(data, dtype, (count,))
            assert values.dtype == NUMPY[dtype]
            bits = BITS[dtype]
            for i in range(0, count, 13):
                raw = int(data[i * bits // 8]) >> (i * bits % 8) & ((1 << bits) - 1)
                shown = raw - 16 if dtype == "i4" and raw > 7 else raw
                assert int(values[i]) == shown
            spare = count * bits % 8
            if spare:
                data[-1] &= (1 << spare) - 1
            assert tensor_bytes(values, dtype) == data.tobytes()


def test_widening_keeps_numbers_and_nans():
    bits = np.arange(65_536, dtype=np.uint16)
    for narrow in ("float16", "bfloat16"):
        values = bits.view(NUMPY[narrow])
        for wide in ("float32", "float64"):
            assert is_wider(Type("scalar", dtype=narrow), Type("scalar", dtype=wide))
            found = widened(values, narrow, wide)
            number = ~np.isnan(values.astype(np.float32))
            assert (found[number] == values[number].astype(wide)).all()
            mantissa = 10 if narrow == "float16" else 7
            to_bits, to_mantissa = (32, 23) if wide == "float32" else (64, 52)
            shown = found.view(f"u{to_bits // 8}")[~number].astype(object)
            source = bits[~number].astype(object)
            for got, raw in zip(shown.tolist(), source.tolist(), strict=True):
                assert got >> (to_bits - 1) == raw >> 15
                fraction = (raw & ((1 << mantissa) - 1)) << (to_mantissa - mantissa)
                assert got & ((1 << to_mantissa) - 1) == fraction


def test_defaults_are_rounded_by_way_of_wider_types():
    assert _records.rounded("0.1", np.dtype(np.float32)) == np.float32(0.1)
    assert _records.rounded("0.1", np.dtype(ml_dtypes.bfloat16)).view(np.uint16) == 0x3DCD
    assert np.isinf(_records.rounded("1e999999999", np.dtype(np.float32)))
    assert np.isinf(_records.rounded("-70000", np.dtype(np.float16)))
    assert _records.rounded("-0.0", np.dtype(np.float16)).view(np.uint16) == 0x8000
    # Just above the middle of two float16 numbers, by less than a float32 sees: a tie.
    assert _records.rounded("1.00048828125000001", np.dtype(np.float16)) == np.float16(1)
    for wrong in ('"x"', "300", "1.5", "true", "[]"):
        node = json.loads(wrong, parse_float=_records.Number, parse_int=_records.Number)
        with pytest.raises(ValueError):
            _records.default_value(Type.parse("uint8"), node)


def test_default_times_are_the_last_unit_not_later():
    def read(kind, text):
        return str(_records.default_value(Type.parse(kind), text))

    assert read("date", "2026-11-01") == "2026-11-01"
    assert read("timestamp<s>", "1969-12-31T23:59:58.9") == "1969-12-31T23:59:58"
    assert read("timestamp<us>", "9999-12-31T10:00:00.123456789") == "9999-12-31T10:00:00.123456"
    assert read("timestamp<ms, UTC>", "2026-11-01T10:00:00.5Z") == "2026-11-01T10:00:00.500"
    assert read("timestamp<ns>", "2026-11-01T10:00") == "2026-11-01T10:00:00.000000000"
    for kind, text in (
        ("date", "today"), ("date", "2026-13-01"), ("timestamp<s>", "2026-11-01T10:00Z"),
        ("timestamp<s, UTC>", "2026-11-01T10:00"), ("timestamp<ns>", "9999-12-31T10:00"),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            read(kind, text)


def test_compact_json_keeps_numbers_as_they_are_spelled():
    text = ' { "a" : [ 1.50 , -0 , 1E3 , null , true ] , "b\\n\\u00e9\\u001b" : "\\\\u001b" } '
    node = json.loads(text, parse_float=_records.Number, parse_int=_records.Number)
    assert _records.compact(node) == '{"a":[1.50,-0,1E3,null,true],"b\\né\\u001B":"\\\\u001b"}'


def test_names_are_split_after_the_last_ending():
    assert split_name("a.sheaf/b.sheaf@x/y~1:v") == ("a.sheaf/b.sheaf", "x/y~1", "v")
    assert split_name("b.sheaf@{2026-11-01T10:00}") == ("b.sheaf", "@{2026-11-01T10:00}", "")
    assert split_name("b.sheaf@main@{1}") == ("b.sheaf", "main@{1}", "")
    assert split_name("b.sheaf@v.sheaf") == ("b.sheaf@v.sheaf", "", "")


def test_paths_of_the_order():
    assert _order.leaf_path(5) == "order/005.leaf"
    assert _order.leaf_path(1029) == "order/001/005.leaf"
    assert _order.node_path(0, 1) == "order/counts.1"
    assert _order.node_path(1, 1) == "order/001/counts.1"


# Hostile bytes: an error about the data, or a value. Nothing else, and no great memory.

LIES = ("", "-1", "0", "1e300", "0.5", "null", "true", '"x"', "[]", "{}", "9" * 50, '"' + "f" * 64)


def mutations(seed, data, count):
    rng = random.Random(seed)
    for _ in range(count):
        lie = bytearray(data)
        at = rng.randrange(len(lie))
        kind = rng.randrange(4)
        if kind == 0:
            lie[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            lie[at & ~3 : (at & ~3) + 4] = rng.choice(
                [b"\xff" * 4, b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\1\0\0\0"]
            )
        elif kind == 2:
            lie[at & ~7 : (at & ~7) + 8] = rng.choice([b"\xff" * 8, b"\xff" * 7 + b"\x7f"])
        else:
            del lie[at:]
        yield bytes(lie)


def layers(folder):
    version = open_version(str(GOLDEN / folder / "dataset.sheaf"), "main")
    for _, key, _ in version.order.runs(0, version.order.size):
        segment = version.segment(key)
        for name in segment.record.layers:
            yield version, segment, segment.layer(name)


@pytest.mark.parametrize("folder", ["all-types", "wide-values", "edits-and-deletes"])
def test_lying_pages_are_refused_or_read(folder):
    refused = 0
    for number, (version, _, layer) in enumerate(layers(folder)):
        record = layer.record
        data = layer.leaf
        if data is None:
            data = version.values.store.read(record.chunk, record.offset[0], record.length[0])
        else:
            data = data[record.offset[0] : record.offset[0] + record.length[0]]
        nodes, buffers = layer._at[-1]
        for lie in mutations(number, data, 400):
            try:
                page = _pages.Page(lie, record.page_rows[0], nodes, buffers, ())
                from sheaf._layer import _PageColumns

                columns = _PageColumns(layer, 0, page)
                for at in range(len(record.columns)):
                    get = columns.getter(at)
                    for row in range(min(page.rows, 20)):
                        get(row)
            except sheaf.DatasetError:
                refused += 1
    assert refused > 50


@pytest.mark.parametrize("folder", ["all-types", "wide-values", "edits-and-deletes"])
def test_lying_records_are_refused_or_read(folder):
    refused = 0
    for number, (version, segment, layer) in enumerate(layers(folder)):
        data = version.leaf(f"{segment.folder}/{layer.name}.json")
        rng = random.Random(number)
        for lie in mutations(number, data, 300):
            refused += is_refused(_records.LayerRecord, lie)
        text = data.decode()
        for _ in range(300):
            start = rng.choice([i for i, c in enumerate(text) if c in ":["]) + 1
            end = min(i for i in (text.find(c, start) for c in ",]}") if i >= 0)
            lie = text[:start] + rng.choice(LIES) + text[end:]
            refused += is_refused(_records.LayerRecord, lie.encode())
        segment_leaf = version.leaf(f"{segment.folder}/segment.json")
        for lie in mutations(number, segment_leaf, 100):
            refused += is_refused(_records.SegmentRecord, lie)
    assert refused > 300


def is_refused(record, data):
    try:
        record("x.json", data)
    except sheaf.DatasetError:
        return True
    return False


def test_lying_orders_are_refused_or_read():
    import struct

    from crc32c import crc32c

    version = open_version(str(GOLDEN / "reordered" / "dataset.sheaf"), "main")
    data = version.find("order/000.leaf")
    live = version.order._root.counts[0]
    refused = 0
    for lie in mutations(7, data[:-4], 2000):
        lie += struct.pack("<I", crc32c(lie))
        try:
            leaf = _order.Leaf("order/000.leaf", lie, live, version.deleted)
            for _, slots in leaf.runs():
                assert len(slots) <= 65_536
        except sheaf.DatasetError:
            refused += 1
    assert refused > 500


def linked(tmp_path):
    """A copy of the golden dataset with links, and what they lead to beside it."""
    shutil.copytree(GOLDEN / "linked", tmp_path / "copy")
    return tmp_path / "copy" / "dataset.sheaf"


def test_linked_payloads_are_checked_at_every_read(tmp_path):
    path = linked(tmp_path)
    media = sheaf.open(path, "HEAD~1")[0]["file"]
    expected = media.bytes
    assert len(expected) == len(media) == 3000
    file = path.parent / "outside" / "shards" / "0.bin"
    data = bytearray(file.read_bytes())
    data[600] ^= 1
    file.write_bytes(data)
    with pytest.raises(sheaf.CorruptDataError) as changed:
        _ = media.bytes
    assert changed.value.code == "SHEAF-LNK-002"
    assert f"Linked file has changed: {file}: bytes [512, 3512)" in str(changed.value)
    assert changed.value["column"] == "file"
    file.write_bytes(data[:1000])
    with pytest.raises(sheaf.CorruptDataError, match="it has 1000"):
        _ = media.bytes
    file.unlink()
    with pytest.raises(sheaf.NotFoundError) as missing:
        _ = media.bytes
    assert missing.value.code == "SHEAF-LNK-001"
    assert f"Linked file is missing: {file}" in str(missing.value)


def test_linked_files_are_found_where_the_machine_says(tmp_path, monkeypatch):
    path = linked(tmp_path)
    expected = sheaf.open(path)[2]["file"].bytes
    (path.parent / "outside").rename(tmp_path / "moved")
    with pytest.raises(sheaf.NotFoundError) as missing:
        _ = sheaf.open(path)[2]["file"].bytes
    assert missing.value.code == "SHEAF-LNK-003"
    assert "SHEAF_LINKS=outside=FOLDER" in str(missing.value)
    (path / "local").mkdir(exist_ok=True)
    (path / "local" / "links").write_text("outside=../moved\n")
    assert sheaf.open(path)[2]["file"].bytes == expected
    (tmp_path / "moved").rename(tmp_path / "again")
    monkeypatch.setenv("SHEAF_LINKS", f"x=/x{os.pathsep}outside={tmp_path / 'again'}")
    assert sheaf.open(path)[2]["file"].bytes == expected
