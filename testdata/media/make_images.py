"""Makes the images of this folder with Pillow 12 or newer. One picture in many kinds; odd sizes, so that no kind is easy."""

import io
import pathlib
import struct
import zlib

from PIL import Image

HERE = pathlib.Path(__file__).parent / "images"
WIDTH, HEIGHT = 37, 23


def picture() -> Image.Image:
    """Red grows to the right, green downwards, blue is a checkerboard of 4 pixels."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            image.putpixel((x, y), (x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1), 255 * ((x // 4 + y // 4) % 2)))
    return image


def smooth() -> Image.Image:
    """Without sharp edges, for codecs with loss."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            image.putpixel((x, y), (x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1), 128))
    return image


def png(width: int, height: int, bits: int, colour: int, rows: bytes) -> bytes:
    """Returns a PNG of any depth; each row begins with its filter byte."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def deep(channels: int, colour: int) -> bytes:
    """Returns a PNG of 16 bits: sample c of pixel (x, y) is 1000 x + 100 y + 7 c."""
    rows = b"".join(
        b"\0" + b"".join(struct.pack(">H", 1000 * x + 100 * y + 7 * c) for x in range(WIDTH) for c in range(channels))
        for y in range(HEIGHT)
    )
    return png(WIDTH, HEIGHT, 16, colour, rows)


def main() -> None:
    HERE.mkdir(exist_ok=True)
    rgb, soft = picture(), smooth()
    grey = rgb.convert("L")
    alpha = rgb.copy()
    alpha.putalpha(grey)
    rgb.save(HERE / "rgb.png")
    grey.save(HERE / "grey.png")
    Image.merge("LA", (grey, rgb.getchannel("R"))).save(HERE / "grey-alpha.png")
    alpha.save(HERE / "rgba.png")
    rgb.quantize(16).save(HERE / "palette.png")
    rgb.quantize(15).save(HERE / "palette-alpha.png", transparency=3)
    grey.point(lambda v: 255 * (v > 127)).convert("1").save(HERE / "bits1.png")
    HERE.joinpath("grey4.png").write_bytes(
        png(4, 2, 4, 0, b"\0\x01\x23\0\xcd\xef")  # the greys 0 17 34 51 and 204 221 238 255
    )
    HERE.joinpath("rgb16.png").write_bytes(deep(3, 2))
    HERE.joinpath("grey16.png").write_bytes(deep(1, 0))
    HERE.joinpath("rgba16.png").write_bytes(deep(4, 6))
    rgb.save(HERE / "lossless.webp", lossless=True)
    alpha.save(HERE / "alpha.webp", lossless=True, exact=True)
    soft.save(HERE / "lossy.webp", quality=90)
    rgb.save(HERE / "rgb.bmp")
    rgb.save(HERE / "rgb.tif", compression="tiff_lzw")
    rgb.quantize(64).save(HERE / "first.gif", save_all=True, append_images=[grey.convert("P")], duration=100)
    soft.save(HERE / "rgb.jpg", quality=92, subsampling=0)
    soft.save(HERE / "420.jpg", quality=92, subsampling=2)
    soft.save(HERE / "progressive.jpg", quality=92, progressive=True)
    grey.save(HERE / "grey.jpg", quality=92)
    soft.convert("CMYK").save(HERE / "cmyk.jpg", quality=95)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        soft.save(HERE / f"orientation-{orientation}.jpg", quality=92, subsampling=0, exif=exif)
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb.save(HERE / "orientation-6.png", exif=exif)
    soft.resize((256, 192), Image.Resampling.BICUBIC).save(HERE / "large.jpg", quality=90)
    animation = io.BytesIO()
    rgb.save(animation, "WEBP", save_all=True, append_images=[rgb.transpose(Image.Transpose.ROTATE_180)], lossless=True)
    HERE.joinpath("animated.webp").write_bytes(animation.getvalue())


if __name__ == "__main__":
    main()
