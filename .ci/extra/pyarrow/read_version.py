"""Reads datasets with pyarrow alone and compares every cell.

usage: read_version.py DATASET FOLDER

FOLDER has, for each version, COMMIT.json (what `sheaf files --json` printed) and COMMIT.jsonl (the cells that the
library's own interface returned). Every chunk of the dataset is opened and validated; then every version is put together
as docs/format-spec.md says in the section "Files". No code of Sheaf is used: pyarrow, Python's own library and git.
"""

import collections
import hashlib
import json
import pathlib
import re
import struct
import subprocess
import sys

import pyarrow as pa

PACKED = {"bool": 1, "u1": 1, "u2": 2, "u4": 4, "i4": 4}
BYTES = {
    "int8": 1, "int16": 2, "int32": 4, "int64": 8, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8,
}
FLOATS = {"float16": pa.uint16(), "bfloat16": pa.uint16(), "float32": pa.uint32(), "float64": pa.uint64()}
ARROW = {
    "bool": pa.bool_(), "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(),
    "uint8": pa.uint8(), "uint16": pa.uint16(), "uint32": pa.uint32(), "uint64": pa.uint64(),
    "float16": pa.float16(), "bfloat16": pa.uint16(), "float32": pa.float32(), "float64": pa.float64(),
    "u1": pa.uint8(), "u2": pa.uint8(), "u4": pa.uint8(), "i4": pa.int8(),
    "utf8": pa.utf8(), "json": pa.utf8(), "binary": pa.binary(), "date": pa.date32(),
}
seen = collections.Counter()


class Type:
    """A type: kind is a dtype, utf8, binary, json, date, timestamp, tensor, list, struct or media."""

    def __init__(self, kind, **parts):
        self.kind = kind
        self.__dict__.update(parts)


def parse(text):
    kind, at = parse_at(text, 0)
    assert at == len(text), text
    return kind


def parse_at(text, at):
    word = re.compile(r"[a-z0-9]+").match(text, at).group()
    at += len(word)
    if not text.startswith("<", at):
        return Type(word), at
    at += 1
    if word in ("timestamp", "media", "tensor"):
        end = text.index(">", at)
        parts = text[at:end].split(", ", 1)
        if word == "timestamp":
            made = Type(word, unit=parts[0], zone=parts[1] if len(parts) > 1 else None)
        elif word == "media":
            made = Type(word, media=parts[0])
        else:
            axes = [axis for axis in parts[1][1:-1].split(", ") if axis]
            made = Type(word, dtype=parts[0], axes=[None if axis == "?" else int(axis) for axis in axes])
        return made, end + 1
    if word == "list":
        element, at = parse_at(text, at)
        assert text[at] == ">", text
        return Type(word, element=element), at + 1
    assert word == "struct", text
    fields = []
    while text[at] != ">":
        if text[at] == '"':
            name, at = json.JSONDecoder().raw_decode(text, at)
        else:
            name = re.compile(r"\w+").match(text, at).group()
            at += len(name)
        assert text.startswith(": ", at), text
        field, at = parse_at(text, at + 2)
        fields.append((name, field))
        if text.startswith(", ", at):
            at += 2
    return Type(word, fields=fields), at + 1


def count(axes):
    product = 1
    for axis in axes:
        product *= axis
    return product


# What a field must be, by the type: the section "Arrow types".


def storage(data_type):
    return data_type.storage_type if isinstance(data_type, pa.BaseExtensionType) else data_type


def extension(field):
    """The name and metadata of a field's extension, whether pyarrow knows it or not."""
    if isinstance(field.type, pa.BaseExtensionType):
        seen["fields of an extension type that pyarrow knows"] += 1
        # pyarrow has no uniform way to give the metadata of the types it knows; their text shows the shape.
        shape = re.search(r"(uniform_shape|\bshape)=(\[.*?\])", str(field.type))
        return field.type.extension_name, f'{{"{shape[1]}":{shape[2]}}}' if shape else ""
    metadata = field.metadata or {}
    return metadata.get(b"ARROW:extension:name", b"").decode(), metadata.get(b"ARROW:extension:metadata", b"").decode()


def require(is_so, field, wanted):
    if not is_so:
        raise AssertionError(f"field {field!r} {field.metadata} is not that of {wanted}")


def check_field(field, t):
    held, (name, metadata) = storage(field.type), extension(field)
    require(field.nullable, field, "any type: not nullable")
    if t.kind == "tensor":
        check_tensor(field, t)
    elif t.kind == "list":
        require(pa.types.is_list(held) and held.value_field.name == "item" and not name, field, "list")
        check_field(held.value_field, t.element)
    elif t.kind == "struct":
        require(pa.types.is_struct(held) and held.num_fields == len(t.fields) and not name, field, "struct")
        for i, (child, child_type) in enumerate(t.fields):
            require(held.field(i).name == child, field, child)
            check_field(held.field(i), child_type)
    elif t.kind == "timestamp":
        require(held == pa.timestamp(t.unit, t.zone) and not name, field, t.kind)
    else:
        wanted = {"json": "arrow.json"}.get(t.kind, "sheaf." + t.kind)
        is_extension = t.kind in ("json", "bfloat16", "u1", "u2", "u4", "i4")
        require(held == ARROW[t.kind] and name == (wanted if is_extension else ""), field, t.kind)
        require(metadata == "", field, t.kind)


def check_tensor(field, t):
    held, (name, metadata) = storage(field.type), extension(field)
    is_fixed, is_packed = None not in t.axes, t.dtype in PACKED
    wanted = {"shape" if is_fixed else "uniform_shape": t.axes}
    if is_packed:
        wanted["dtype"] = t.dtype
    found = json.loads(metadata)
    require({key: found.get(key) for key in wanted} == wanted, field, wanted)
    if is_fixed and is_packed:
        require(name == "sheaf.packed_tensor", field, t.dtype)
        size = (count(t.axes) * PACKED[t.dtype] + 7) // 8
        require(held == pa.binary(size) if size else held.list_size == 0, field, t.dtype)
    elif is_fixed:
        require(name == "arrow.fixed_shape_tensor" and held.list_size == count(t.axes), field, t.dtype)
        require(held.value_type == ARROW[t.dtype], field, t.dtype)
    else:
        require(name == ("sheaf.packed_ragged_tensor" if is_packed else "arrow.variable_shape_tensor"), field, t.dtype)
        require([held.field(i).name for i in range(held.num_fields)] == ["data", "shape"], field, t.dtype)
        check_ragged(held.field("data"), held.field("shape"), t)


def check_ragged(data, shape, t):
    if t.dtype in PACKED:
        require(data.type == pa.binary(), data, t.dtype)
    else:
        require(pa.types.is_list(data.type) and storage(data.type.value_type) == ARROW[t.dtype], data, t.dtype)
    require(shape.type.list_size == len(t.axes) and shape.type.value_type == pa.int32(), shape, t.dtype)


def check_column(field, column, t):
    name, metadata = extension(field)
    if column["form"] == "plain":
        check_field(field, t)
    elif column["form"] == "fixed":
        metadata = {key.decode(): value.decode() for key, value in field.metadata.items()}
        wanted = {"sheaf.placement": "fixed", "sheaf.type": column["type"]}
        require(field.type == pa.uint32() and metadata == wanted, field, "fixed")
    else:
        require((name, metadata) == ("sheaf." + column["form"], column["type"]), field, column["form"])
        children = [field.type.field(i) for i in range(field.type.num_fields)]
        names = ["inline", "ref"]
        if column["form"] == "media":
            names += ["sha256", "facts"]
        elif t.kind == "tensor":
            names += ["shape"]
            check_ragged(children[0], children[2], t)
        else:
            check_field(children[0], t)
        require([child.name for child in children] == names, field, names)
        ref = {child.name: child.type for child in children[1].type}
        blocks = ref.pop("blocks")
        require(pa.types.is_list(blocks) and blocks.value_type == pa.uint32(), field, "blocks")
        u32, u64 = pa.uint32(), pa.uint64()
        require(ref == {"chunk": u32, "offset": u64, "length": u64, "crc32c": u32, "row": u32}, field, "ref")


# Values, in the spelling of the expected cells. A decoder is a function from a row of its array to the value or None.


def digest(data):
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def spell_bytes(data):
    return data.hex() if len(data) <= 64 else digest(data)


def spell_text(text):
    data = text.encode()
    return text if len(data) <= 200 else digest(data)


def single_of_half(bits):
    sign, exponent, mantissa = bits >> 15 << 31, bits >> 10 & 31, bits & 0x3FF
    if exponent == 31:
        return sign | 0x7F800000 | mantissa << 13
    value = mantissa * 2.0**-24 if exponent == 0 else (1024 + mantissa) * 2.0 ** (exponent - 25)
    return sign | struct.unpack("<I", struct.pack("<f", value))[0]


def single(dtype, bits):
    return single_of_half(bits) if dtype == "float16" else bits << 16 if dtype == "bfloat16" else bits


def double_of_single(bits):
    if bits & 0x7FFFFFFF > 0x7F800000:
        return bits >> 31 << 63 | 0x7FF << 52 | (bits & 0x7FFFFF) << 29
    return struct.unpack("<Q", struct.pack("<d", struct.unpack("<f", struct.pack("<I", bits))[0]))[0]


def spell_scalar(value, held, shown):
    """A scalar (floating point by its bits) of one dtype, as the wider dtype that the column has now shows it."""
    if value is None:
        return None
    if shown not in FLOATS:
        return value
    if shown == "float64":
        if held in FLOATS:
            bits = value if held == "float64" else double_of_single(single(held, value))
        else:
            bits = struct.unpack("<Q", struct.pack("<d", value))[0]
        return f"{bits:016x}"
    bits = single(held, value) if held in FLOATS else struct.unpack("<I", struct.pack("<f", value))[0]
    return f"{bits:08x}"


def unpack(data, dtype, n):
    bits = PACKED[dtype]
    values = [data[i * bits // 8] >> (i * bits % 8) & ((1 << bits) - 1) for i in range(n)]
    if dtype == "bool":
        return ["true" if value else "false" for value in values]
    return [str(value - 16 if dtype == "i4" and value > 7 else value) for value in values]


def spell_tensor(data, dtype, shape):
    n = count(shape)
    size = (n * PACKED[dtype] + 7) // 8 if dtype in PACKED else n * BYTES[dtype]
    assert len(data) == size, (dtype, shape, len(data))
    cell = {"shape": shape, "data": spell_bytes(data)}
    if n <= 16 and dtype not in FLOATS:
        if dtype in PACKED:
            cell["elements"] = unpack(data, dtype, n)
        else:
            width, is_signed = BYTES[dtype], dtype[0] == "i"
            parts = [data[i * width : (i + 1) * width] for i in range(n)]
            cell["elements"] = [str(int.from_bytes(part, "little", signed=is_signed)) for part in parts]
    return cell


def plain_storage(array):
    array = array.storage if isinstance(array, pa.ExtensionArray) else array
    assert array.offset == 0
    return array


def raw(array, dtype):
    """The scalars of an array, floating point by bits."""
    array = plain_storage(array)
    return (array.view(FLOATS[dtype]) if dtype in FLOATS else array).to_pylist()


def element_bytes(values, dtype):
    buffer = plain_storage(values).buffers()[1]
    return memoryview(buffer if buffer is not None else b"")


def list_bytes(array, dtype):
    """The bytes of each list of fixed-width elements, or of each binary."""
    if pa.types.is_binary(array.type) or pa.types.is_fixed_size_binary(array.type):
        return array.to_pylist().__getitem__
    data, width = element_bytes(array.values, dtype), BYTES.get(dtype, 1)
    assert array.values.null_count == 0
    if pa.types.is_fixed_size_list(array.type):
        step = array.type.list_size * width
        return lambda i: bytes(data[i * step : (i + 1) * step])
    offsets = array.offsets.to_pylist()
    return lambda i: bytes(data[offsets[i] * width : offsets[i + 1] * width])


def shapes(array):
    values, rank = array.values.to_pylist(), array.type.list_size
    return lambda i: values[i * rank : (i + 1) * rank]


def plain(array, t):
    array = plain_storage(array)
    if t.kind in ARROW and t.kind not in ("utf8", "json", "binary", "date"):
        values = raw(array, t.kind)
        return lambda i: spell_scalar(values[i], t.kind, t.kind)
    valid = array.is_valid().to_pylist()
    if t.kind in ("utf8", "json"):
        spell, at = spell_text, array.to_pylist().__getitem__
    elif t.kind == "binary":
        spell, at = spell_bytes, array.to_pylist().__getitem__
    elif t.kind in ("date", "timestamp"):
        values = array.view(pa.int32() if t.kind == "date" else pa.int64()).to_pylist()
        return values.__getitem__
    elif t.kind == "tensor":
        if None in t.axes:
            data, shape = list_bytes(array.field("data"), t.dtype), shapes(array.field("shape"))
        else:
            data, shape = list_bytes(array, t.dtype), lambda i: t.axes
        spell, at = (lambda i: spell_tensor(data(i), t.dtype, shape(i))), lambda i: i
    elif t.kind == "list":
        offsets, child = array.offsets.to_pylist(), plain(array.values, t.element)
        spell, at = (lambda i: [child(k) for k in range(offsets[i], offsets[i + 1])]), lambda i: i
    else:
        children = [(name, plain(array.field(i), child)) for i, (name, child) in enumerate(t.fields)]
        spell, at = (lambda i: {name: child(i) for name, child in children}), lambda i: i
    return lambda i: spell(at(i)) if valid[i] else None


class Dataset:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.files = {}
        self.pages = {}
        self.layers = {}

    def file(self, path):
        """An Arrow file below the dataset: (its bytes, reader, batches)."""
        if path not in self.files:
            with pa.memory_map(str(self.folder / path)) as source:
                self.files[path] = opened(source.read_buffer())
        return self.files[path]

    def git(self, blob):
        if blob not in self.files:
            command = ["git", "-C", str(self.folder / "git"), "cat-file", "blob", blob]
            self.files[blob] = opened(pa.py_buffer(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
            seen["layer files in Git"] += 1
        return self.files[blob]

    def value(self, blobs, ref):
        """The bytes or text of a descriptor."""
        path, offset, length = blobs[ref["chunk"]], ref["offset"], ref["length"]
        data, reader, batches = self.file(path)
        if ref["row"] is None:
            seen["values in blob chunks"] += 1
            if ref["blocks"] is not None:
                seen["values with checksums of blocks"] += 1
                assert len(ref["blocks"]) == (length + 262143) // 262144 > 4
            # The same range is a row of the chunk as a table.
            assert reader.schema.names == ["data", "crc32c"] and offset in self.blob_rows(path, length), (path, offset)
            return data.slice(offset, length).to_pybytes()
        seen["values in text pages"] += 1
        if (path, offset) not in self.pages:
            message = pa.ipc.read_message(data.slice(offset, length))
            batch = pa.ipc.read_record_batch(message, reader.schema)
            batch.validate(full=True)
            assert any(batch.equals(other) for other in batches)
            self.pages[path, offset] = batch.column(0).to_pylist()
        return self.pages[path, offset][ref["row"]]

    def blob_rows(self, path, length):
        """The offsets in a blob chunk of the rows of a length."""
        if ("rows", path) not in self.files:
            data, _, batches = self.file(path)
            rows = collections.defaultdict(set)
            for batch in batches:
                array = batch.column(0)
                ends = array.buffers()[1]
                ends = struct.unpack_from(f"<{len(array) + 1}q", ends)
                base = array.buffers()[2].address - data.address
                for start, end in zip(ends, ends[1:]):
                    rows[end - start].add(base + start)
            self.files["rows", path] = rows
        return self.files["rows", path][length]

    def layer(self, layer):
        key = layer["file"] if "file" in layer else layer["git"]
        blobs = layer.get("blobs", [])
        # Two layers may share a chunk and number the chunks of their values differently.
        known = (key, json.dumps(layer["columns"]), tuple(blobs))
        if known not in self.layers:
            _, reader, batches = self.file(key) if "file" in layer else self.git(key)
            assert sum(batch.num_rows for batch in batches) == layer["rows"]
            assert len(reader.schema) == len(layer["columns"])
            seen["sparse layers in chunks" if "slots" in layer and "file" in layer else "layers"] += 1
            columns = {}
            for i, column in enumerate(layer["columns"]):
                assert reader.schema.field(i).name == column["field"]
                if "aspect" in column:
                    seen["columns beside cells"] += 1
                    continue
                t = parse(column["type"])
                check_column(reader.schema.field(i), column, t)
                cells = []
                for batch in batches:
                    at = self.decoder(batch.column(i), column, t, blobs, len(cells))
                    cells += [at(row) for row in range(batch.num_rows)]
                columns[column["id"]] = (t, cells, column["form"])
            self.layers[known] = columns
        return self.layers[known]

    def decoder(self, array, column, t, blobs, first):
        form = column["form"]
        if form == "plain":
            if t.kind in ARROW and t.kind not in ("utf8", "json", "binary", "date"):
                # As it is: it may have to be widened.
                return raw(array, t.kind).__getitem__
            return plain(array, t)
        valid = array.is_valid().to_pylist()
        if form == "fixed":
            _, reader, batches = self.file(column["tensors"])
            assert reader.schema.names == ["data"] and len(batches) == 1
            check_field(reader.schema.field(0), t)
            matrix = batches[0].column(0)
            assert matrix.null_count == 0
            cells = plain(matrix, t)
            return lambda row: cells(first + row) if valid[row] else None
        refs = array.field("ref").to_pylist()
        inline = array.field("inline")
        inlined = inline.is_valid().to_pylist()
        assert all(valid[i] == (inlined[i] != (refs[i] is not None)) for i in range(len(array)))
        assert all(valid[i] or not inlined[i] and refs[i] is None for i in range(len(array)))
        if form == "media":
            near, digests, facts = inline.to_pylist(), array.field("sha256").to_pylist(), array.field("facts").to_pylist()

            def media(row):
                data = near[row] if inlined[row] else self.value(blobs, refs[row])
                known = {name: fact for name, fact in (facts[row] or {}).items() if fact is not None}
                return {"kind": t.media, "facts": known, "stored": digests[row].hex(), **digest(data)}

            return lambda row: media(row) if valid[row] else None
        if t.kind == "tensor":
            near, shape = list_bytes(inline, t.dtype), shapes(array.field("shape"))
            spell = lambda data, row: spell_tensor(data, t.dtype, shape(row))
        else:
            near = plain_storage(inline).to_pylist().__getitem__
            spell = lambda data, row: spell_bytes(data) if t.kind == "binary" else spell_text(data)

        def varying(row):
            return spell(near(row) if inlined[row] else self.value(blobs, refs[row]), row)

        return lambda row: varying(row) if valid[row] else None


def opened(data):
    reader = pa.ipc.open_file(data)
    return data, reader, [reader.get_batch(i) for i in range(reader.num_record_batches)]


def default(value, t):
    """A default, spelled as a cell."""
    if value is None:
        return None
    if t.kind == "json":
        return spell_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False))
    if t.kind == "utf8":
        return spell_text(value)
    if t.kind in FLOATS:
        if t.kind == "float64":
            return spell_scalar(struct.unpack("<Q", struct.pack("<d", value))[0], t.kind, t.kind)
        if t.kind == "float32":
            return spell_scalar(struct.unpack("<I", struct.pack("<f", value))[0], t.kind, t.kind)
        if t.kind == "float16":
            return spell_scalar(struct.unpack("<H", struct.pack("<e", value))[0], t.kind, t.kind)
        # Exact defaults of more digits could round twice; none here does.
        bits = struct.unpack("<I", struct.pack("<f", value))[0]
        return spell_scalar(bits + 0x7FFF + (bits >> 16 & 1) >> 16, t.kind, t.kind)
    if t.kind == "date":
        return pa.array([value]).cast(pa.date32()).view(pa.int32())[0].as_py()
    if t.kind == "timestamp":
        return pa.array([value]).cast(pa.timestamp(t.unit, t.zone)).view(pa.int64())[0].as_py()
    if t.kind == "list":
        return [default(element, t.element) for element in value]
    if t.kind == "struct":
        return {name: default(value.get(name), field) for name, field in t.fields}
    return value


def check_version(dataset, files, expected):
    head = json.loads(next(expected))
    columns = [(column["id"], parse(column["type"]), column["default"]) for column in files["columns"]]
    assert head["columns"] == [{"name": c["name"], "type": c["type"]} for c in files["columns"]], "schema"
    assert head["rows"] == files["rows"], "rows"
    places = {}
    sources = []
    for segment in files["segments"]:
        layers = [(layer, dataset.layer(layer)) for layer in segment["layers"]]
        by_column = []
        for column, _, _ in columns:
            held = {}
            for layer, cells in layers:
                if column in cells:
                    rows = layer.get("slots", range(segment["rows"]))
                    assert len(rows) == layer["rows"]
                    for row, slot in enumerate(rows):
                        held[slot] = (cells[column], row)
            by_column.append(held)
        sources.append(by_column)
    index = 0
    for run in files["runs"]:
        deleted = places.setdefault(run["segment"], set(files["segments"][run["segment"]]["deleted"]))
        assert run["index"] == index, run
        for slot in range(run["slot"], run["slot"] + run["slots"]):
            if slot in deleted:
                seen["dead slots left out"] += 1
                continue
            wanted = json.loads(next(expected))
            check_sample(columns, sources[run["segment"]], slot, wanted, f"{files['commit']} sample {index}", head)
            index += 1
        assert run["index"] + run["live"] == index, run
    assert index == files["rows"] and next(expected, None) is None
    seen["runs of slots"] += len(files["runs"])
    seen["rows"] += index
    return index


def check_sample(columns, by_column, slot, wanted, where, head):
    for i, (_, t, missing) in enumerate(columns):
        if slot in by_column[i]:
            (held, cells, form), row = by_column[i][slot]
            cell = cells[row]
            if held.kind in ARROW and held.kind not in ("utf8", "json", "binary", "date"):
                cell = spell_scalar(cell, held.kind, t.kind)
                if held.kind != t.kind and cell is not None:
                    seen["cells widened"] += 1
            seen["cells of the form " + form] += 1
        else:
            cell = default(missing, t)
            seen["cells that no layer holds" if cell is None else "cells that show a default"] += 1
        # As Python's True == 1 would hide a wrong type.
        if cell != wanted[i] or type(cell) is not type(wanted[i]):
            column = head["columns"][i]
            raise AssertionError(f"{where}, {column}: expected {str(wanted[i])[:300]}, got {str(cell)[:300]}")
        if cell is None:
            seen["cells null"] += 1
        elif cell in ("", [], {}) or isinstance(cell, dict) and (cell.get("data") == "" or cell.get("bytes") == 0):
            seen["cells empty"] += 1
        elif t.kind in FLOATS and cell[0] in "7f" and float_is_nan(cell):
            seen["cells NaN"] += 1
    seen["cells"] += len(columns)


def float_is_nan(digits):
    bits = int(digits, 16)
    return bits & 0x7FFFFFFF > 0x7F800000 if len(digits) == 8 else bits & (1 << 63) - 1 > 0x7FF << 52


def check_chunks(dataset):
    for path in sorted(dataset.folder.glob("chunks/*/*.arrow")):
        data, reader, batches = dataset.file(path.relative_to(dataset.folder))
        assert hashlib.sha256(data).hexdigest() == path.stem, path
        for batch in batches:
            batch.validate(full=True)
        seen["chunks"] += 1
        seen["record batches in chunks"] += len(batches)
        seen["rows in chunks"] += sum(batch.num_rows for batch in batches)


def main(folder, versions):
    dataset = Dataset(folder)
    check_chunks(dataset)
    for path in sorted(pathlib.Path(versions).glob("*.json")):
        files = json.loads(path.read_text())
        assert files["commit"] == path.stem
        with open(path.with_suffix(".jsonl"), encoding="utf-8", newline="\n") as expected:
            rows = check_version(dataset, files, expected)
        print(f"version {path.stem[:12]}: {rows} rows of {len(files['columns'])} columns")
        seen["versions"] += 1
    for _, _, batches in [value for value in dataset.files.values() if isinstance(value, tuple)]:
        for batch in batches:
            batch.validate(full=True)
    for what in MUST_BE_SEEN:
        assert seen[what] > 0, f"nothing was compared: {what}"
    print(f"pyarrow {pa.__version__}, Python {sys.version.split()[0]}")
    for what, number in sorted(seen.items()):
        print(f"{number:>10,}  {what}")


MUST_BE_SEEN = (
    "chunks", "rows", "cells", "runs of slots", "dead slots left out", "layer files in Git", "sparse layers in chunks",
    "values in blob chunks", "values in text pages", "values with checksums of blocks", "columns beside cells",
    "cells of the form plain", "cells of the form varying", "cells of the form fixed", "cells of the form media",
    "cells widened", "cells that show a default", "cells that no layer holds", "cells null", "cells empty", "cells NaN",
    "fields of an extension type that pyarrow knows",
)

if __name__ == "__main__":
    main(*sys.argv[1:])
