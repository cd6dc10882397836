package dev.sheaf.format.internal.probe;

import dev.sheaf.format.MediaKind;
import java.util.Optional;

/** The magic numbers of media files. */
record Signature(MediaKind kind, String codec) {
  static Optional<Signature> of(byte[] head) {
    ByteReader data = new ByteReader(head);
    Signature found = image(data);
    if (found == null) {
      found = moving(data);
    }
    return Optional.ofNullable(found);
  }

  /** Returns the name of the container of a moving payload. */
  String container(byte[] payload) {
    ByteReader data = new ByteReader(payload);
    for (int at = 4; codec.equals("matroska") && at < Math.min(payload.length - 4, 64); at++) {
      if (data.has(at, "webm")) {
        return "webm";
      }
    }
    return codec;
  }

  private static Signature image(ByteReader data) {
    if (data.has(0, "\u00ff\u00d8\u00ff")) {
      return new Signature(MediaKind.IMAGE, "jpeg");
    }
    if (data.has(0, "\u0089PNG\r\n\u001a\n")) {
      return new Signature(MediaKind.IMAGE, "png");
    }
    if (data.has(0, "GIF87a") || data.has(0, "GIF89a")) {
      return new Signature(MediaKind.IMAGE, "gif");
    }
    if (data.has(0, "RIFF") && data.has(8, "WEBP")) {
      return new Signature(MediaKind.IMAGE, "webp");
    }
    if (data.has(0, "II*\0") || data.has(0, "MM\0*")) {
      return new Signature(MediaKind.IMAGE, "tiff");
    }
    // "BM" alone is too short a sign: the reserved bytes and a known header length follow it.
    if (data.has(0, "BM") && data.has(6, "\0\0\0\0") && data.length() >= 18) {
      long header = data.u32(14, true);
      if (header == 12 || header >= 40 && header <= 124) {
        return new Signature(MediaKind.IMAGE, "bmp");
      }
    }
    return null;
  }

  private static Signature moving(ByteReader data) {
    if (data.has(4, "ftyp") && (data.has(8, "avif") || data.has(8, "hei") || data.has(8, "mif1"))) {
      return new Signature(MediaKind.FILE, "heif");
    }
    if (data.has(4, "ftyp")) {
      return data.has(8, "M4A ")
          ? new Signature(MediaKind.AUDIO, "m4a")
          : new Signature(MediaKind.VIDEO, data.has(8, "qt  ") ? "mov" : "mp4");
    }
    // QuickTime files of old begin with any of their boxes.
    if (data.has(4, "moov") || data.has(4, "mdat") || data.has(4, "wide") || data.has(4, "free")) {
      return new Signature(MediaKind.VIDEO, "mov");
    }
    if (data.has(0, "G") && data.has(188, "G") && data.has(376, "G")) {
      return new Signature(MediaKind.VIDEO, "mpegts");
    }
    if (data.has(0, "\0\0\u0001\u00ba")) {
      return new Signature(MediaKind.VIDEO, "mpeg");
    }
    if (data.has(0, "\u0030\u0026\u00b2\u0075\u008e\u0066\u00cf\u0011")) {
      return new Signature(MediaKind.VIDEO, "asf");
    }
    if (data.has(0, "FORM") && (data.has(8, "AIFF") || data.has(8, "AIFC"))) {
      return new Signature(MediaKind.AUDIO, "aiff");
    }
    if (data.has(0, "\u00ff\u00f1") || data.has(0, "\u00ff\u00f9")) {
      return new Signature(MediaKind.AUDIO, "aac");
    }
    if (data.has(0, "RIFF") && data.has(8, "AVI ")) {
      return new Signature(MediaKind.VIDEO, "avi");
    }
    if (data.has(0, "\u001a\u0045\u00df\u00a3")) {
      return new Signature(MediaKind.VIDEO, "matroska");
    }
    if (data.has(0, "FLV\u0001")) {
      return new Signature(MediaKind.VIDEO, "flv");
    }
    if (data.has(0, "RIFF") && data.has(8, "WAVE")) {
      return new Signature(MediaKind.AUDIO, "wav");
    }
    if (data.has(0, "fLaC")) {
      return new Signature(MediaKind.AUDIO, "flac");
    }
    if (data.has(0, "OggS")) {
      return new Signature(MediaKind.AUDIO, "ogg");
    }
    if (data.has(0, "ID3") || data.has(0, "\u00ff\u00fb") || data.has(0, "\u00ff\u00f3")) {
      return new Signature(MediaKind.AUDIO, "mp3");
    }
    return null;
  }
}
