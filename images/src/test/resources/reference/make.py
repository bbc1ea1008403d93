"""Makes the reference files beside it, with numpy, zlib and struct only. Every sample is ramp(n) of its row-major index n, cast to its type."""
import gzip
import struct
import zlib

import numpy as np


def ramp(shape, dtype):
    n = np.arange(int(np.prod(shape)), dtype=np.int64)
    return ((n * 37) % 101 + (n % 3)).astype(dtype).reshape(shape)


# ---- NPY, by numpy itself
for name in "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split():
    values = ramp((2, 3, 4), np.int64)
    values = (values % 2 == 1) if name == "b1" else values.astype(name)
    order = ">" if name in ("i2", "u4", "f8") else "<"
    np.save(name + ".npy", values.astype(values.dtype.newbyteorder(order)))
np.save("fortran_i2.npy", np.asfortranarray(ramp((2, 3, 4), "<i2")))
np.save("fortran_f8_big.npy", np.asfortranarray(ramp((5, 7), ">f8")))
np.save("scalar_f4.npy", np.float32(2.5))
with open("v2_f4.npy", "wb") as f:
    np.lib.format.write_array(f, ramp((3, 5), "<f4"), version=(2, 0))
with open("v3_i4.npy", "wb") as f:
    np.lib.format.write_array(f, ramp((3, 5), "<i4"), version=(3, 0))
np.save("object.npy", np.array([{}, 1], dtype=object), allow_pickle=True)
np.save("record.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save("complex.npy", np.zeros(2, dtype="<c8"))
np.save("empty.npy", np.zeros((0, 3), dtype="<f4"))


# ---- PNG
def png(name, width, height, depth, colour, rows, extra=b"", filters=b"\0"):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    raw = b"".join(filters + row for row in rows)
    with open(name, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)))
        f.write(extra + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


png("grey1.png", 9, 2, 1, 0, [bytes([0b10110000, 0x80]), bytes([0b01010101, 0])])
png("grey4.png", 5, 1, 4, 0, [bytes([0x12, 0x3F, 0x50])])
png("grey8.png", 7, 5, 8, 0, [r.tobytes() for r in ramp((5, 7), "u1")])
png("grey16.png", 7, 5, 16, 0, [r.tobytes() for r in (ramp((5, 7), "u2") * 600).astype(">u2")])
png("grey_alpha8.png", 3, 2, 8, 4, [r.tobytes() for r in ramp((2, 3 * 2), "u1")])
png("rgb8.png", 3, 2, 8, 2, [r.tobytes() for r in ramp((2, 3 * 3), "u1")])
png("rgba8.png", 3, 2, 8, 6, [r.tobytes() for r in ramp((2, 3 * 4), "u1")])
png("rgb16.png", 3, 2, 16, 2, [r.tobytes() for r in (ramp((2, 3 * 3), "u2") * 600).astype(">u2")])
palette = bytes([10, 20, 30, 40, 50, 60, 70, 80, 90])
png("palette2.png", 4, 1, 2, 3, [bytes([0b00011000])], chunk(b"PLTE", palette))
png("palette_alpha.png", 4, 1, 8, 3, [bytes([0, 1, 2, 0])], chunk(b"PLTE", palette) + chunk(b"tRNS", bytes([5, 6])))
png("transparent_grey.png", 3, 1, 8, 0, [bytes([1, 2, 3])], chunk(b"tRNS", struct.pack(">H", 2)))


# ---- TIFF
def directory(endian, at, tags, segments, more):
    n = len(tags)
    position = at + 2 + 12 * n + 4
    place = {}
    for tag, kind, values in tags:
        size = len(values) * (2 if kind == 3 else 4)
        if size > 4:
            place[tag] = position
            position += size + (size & 1)
    offsets = []
    for segment in segments:
        offsets.append(position)
        position += len(segment)
    position += position & 1
    head, tail = struct.pack(endian + "H", n), b""
    for tag, kind, values in tags:
        values = offsets if tag in (273, 324) else values
        data = b"".join(struct.pack(endian + ("H" if kind == 3 else "I"), v) for v in values)
        if tag in place:
            tail += data + b"\0" * (len(data) & 1)
            data = struct.pack(endian + "I", place[tag])
        head += struct.pack(endian + "HHI", tag, kind, len(values)) + data.ljust(4, b"\0")
    body = head + struct.pack(endian + "I", position if more else 0) + tail + b"".join(segments)
    return body + b"\0" * (at + len(body) & 1)


def tiff(name, pages, bits, form=1, photo=1, compression=1, endian="<", samples=1, tile=0, rows_per_strip=0, raw=None, extra=()):
    out = (b"II*\0" if endian == "<" else b"MM\0*") + struct.pack(endian + "I", 8)
    for index, page in enumerate(pages):
        height, width = page.shape[:2]
        page = page.astype(page.dtype.newbyteorder(endian))
        if raw is not None:
            segments = [raw]
        elif tile:
            padded = np.zeros((-(-height // tile) * tile, -(-width // tile) * tile), page.dtype)
            padded[:height, :width] = page
            segments = [padded[y : y + tile, x : x + tile].tobytes() for y in range(0, height, tile) for x in range(0, width, tile)]
        else:
            rows = rows_per_strip or height
            segments = [page[y : y + rows].tobytes() for y in range(0, height, rows)]
        if compression == 8:
            segments = [zlib.compress(s) for s in segments]
        tags = [(256, 4, [width]), (257, 4, [height]), (258, 3, [bits] * samples), (259, 3, [compression]), (262, 3, [photo])]
        tags += [(277, 3, [samples]), (339, 3, [form] * samples), *extra]
        tags += [(322, 4, [tile]), (323, 4, [tile])] if tile else [(278, 4, [rows_per_strip or height])]
        tags += [(324 if tile else 273, 4, [0] * len(segments)), (325 if tile else 279, 4, [len(s) for s in segments])]
        out += directory(endian, len(out), sorted(tags), segments, index + 1 < len(pages))
    with open(name, "wb") as f:
        f.write(out)


tiff("u1.tif", [ramp((5, 7), "u1")], 8, rows_per_strip=2)
tiff("u2_big_deflate.tif", [ramp((5, 7), "u2") * 600], 16, compression=8, endian=">")
tiff("u4.tif", [ramp((5, 7), "u4") * 40000000], 32)
tiff("i1.tif", [ramp((5, 7), "i8").astype("i1") - 50], 8, form=2)
tiff("i2.tif", [ramp((5, 7), "i2") - 50], 16, form=2)
tiff("i4_big.tif", [ramp((5, 7), "i4") - 50], 32, form=2, endian=">")
tiff("f4_tiles.tif", [ramp((5, 7), "f4") / 4], 32, form=3, compression=8, tile=16)
tiff("f8_big.tif", [ramp((5, 7), "f8") / 4], 64, form=3, endian=">")
tiff("white_is_zero.tif", [255 - ramp((5, 7), "u1")], 8, photo=0)
tiff("bit1.tif", [np.zeros((2, 9), "u1")], 1, raw=bytes([0b10110000, 0x80, 0b01010101, 0]))
tiff("pages.tif", list(ramp((3, 5, 7), "u2")), 16)
tiff("rgb.tif", [ramp((2, 3, 3), "u1")], 8, photo=2, samples=3)
tiff("palette.tif", [np.array([[0, 1, 2, 0]], "u1")], 8, photo=3, extra=[(320, 3, [257 * (v % 200) for v in range(768)])])
tiff("f2.tif", [ramp((5, 7), "f2")], 16, form=3)
tiff("different_pages.tif", [ramp((5, 7), "u1"), ramp((4, 7), "u1")], 8)
tiff("jpeg_compression.tif", [ramp((5, 7), "u1")], 8, compression=7)


# ---- NIfTI-1
def nifti(endian, data, code, quaternion, offset, pixdim, slope, intercept, units=2):
    h = bytearray(352)
    dim = data.shape[::-1]
    struct.pack_into(endian + "i", h, 0, 348)
    struct.pack_into(endian + "8h", h, 40, len(dim), *dim, *([1] * (7 - len(dim))))
    struct.pack_into(endian + "hh", h, 70, code, data.dtype.itemsize * 8)
    struct.pack_into(endian + "8f", h, 76, *pixdim, *([0] * (8 - len(pixdim))))
    struct.pack_into(endian + "fff", h, 108, 352, slope, intercept)
    h[123] = units
    struct.pack_into(endian + "hh6f", h, 252, 1, 0, *quaternion, *offset)
    h[344:348] = b"n+1\0"
    return bytes(h) + data.astype(data.dtype.newbyteorder(endian)).tobytes()


# A turn by 30 degrees around z, then by 90 around x; k runs backwards (qfac -1). The matrix is printed for the test, computed by multiplying the
# two rotation matrices, not from the quaternion.
c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
rotation = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
h = np.sqrt(0.5)
qx, qz = np.array([h, h, 0, 0]), np.array([np.cos(np.pi / 12), 0, 0, np.sin(np.pi / 12)])  # (a, b, c, d)
quaternion = (
    qx[0] * qz[1] + qx[1] * qz[0] + qx[2] * qz[3] - qx[3] * qz[2],
    qx[0] * qz[2] - qx[1] * qz[3] + qx[2] * qz[0] + qx[3] * qz[1],
    qx[0] * qz[3] + qx[1] * qz[2] - qx[2] * qz[1] + qx[3] * qz[0],
)
file = nifti(">", ramp((2, 3, 4, 5), "i2"), 4, quaternion, (-10, 20.5, 3), (-1, 0.5, 2, 3), 0.5, -7)
with open("qform_big_4d.nii.gz", "wb") as f:
    f.write(gzip.compress(file, mtime=0))
print(np.round(rotation @ np.diag([0.5, 2, -3]), 9))
