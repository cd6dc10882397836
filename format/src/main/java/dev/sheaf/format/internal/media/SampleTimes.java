package dev.sheaf.format.internal.media;

import static dev.sheaf.format.internal.media.UnusualFileException.unless;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * What the boxes of an MP4 say about the samples of a track and FFmpeg's index of them does not:
 * durations, composition offsets, and that the index has them all in their order (ISO/IEC
 * 14496-12).
 *
 * <p>What comes out has to be what FFmpeg makes of a file, and FFmpeg has read all of it before:
 * that is why four tables are read here, and not the whole again by a library with rules of its
 * own.
 *
 * <p>Every box that is neither used here nor known to say nothing of a sample makes the file
 * unusual, because FFmpeg takes many boxes wherever they stand.
 */
final class SampleTimes {
  private static final int MOOV = type("moov");
  private static final int TRAK = type("trak");
  private static final int EDTS = type("edts");
  private static final int ELST = type("elst");
  private static final int MDIA = type("mdia");
  private static final int MINF = type("minf");
  private static final int DINF = type("dinf");
  private static final int DREF = type("dref");
  private static final int STBL = type("stbl");
  private static final int STSD = type("stsd");
  private static final int STTS = type("stts");
  private static final int CTTS = type("ctts");
  private static final int STSZ = type("stsz");
  private static final int AVC1 = type("avc1");
  private static final int URL = type("url ");
  private static final int ALIS = type("alis");

  /** Boxes that say nothing about a sample, and are not looked into. */
  private static final Set<Integer> PLAIN =
      types(
          "ftyp", "mdat", "free", "skip", "wide", "mvhd", "iods", "tkhd", "tref", "tapt", "load",
          "mdhd", "hdlr", "elng", "vmhd", "gmhd", "stss", "stsc", "stco", "co64", "stps", "cslg",
          "sdtp", "sgpd", "sbgp");

  /** Boxes with anything in them, above all names and titles. */
  private static final Set<Integer> FREE_FORM = types("udta", "meta", "uuid");

  /** What must not stand in those: FFmpeg would take it for the track before. */
  private static final int[] TELLING =
      types(
              "moov", "trak", "mdia", "minf", "stbl", "edts", "elst", "stsd", "stts", "ctts",
              "stsz", "stz2", "stsc", "stco", "co64", "stss", "stps", "sdtp", "sgpd", "sbgp",
              "dref", "sinf", "schm", "tenc", "senc", "saiz", "saio", "pssh", "encv", "mvex",
              "moof", "traf", "trun", "cmov", "mdhd", "tkhd")
          .stream()
          .mapToInt(Integer::intValue)
          .sorted()
          .toArray();

  /** The bytes of the description of a picture, and where its depth is, and the common one. */
  private static final int ENTRY_BYTES = 86;

  private static final int DEPTH = 82;
  private static final int COLOURS = 24;
  private static final int MOST_FREE_FORM = 1 << 16;
  private static final int MOST_DURATION = 1 << 30;
  private static final int MOST_OFFSET = 1 << 28;

  private final ByteBuffer file;
  private final int samples;
  private int tracks;
  private int moovs;
  private int descriptions;
  private int sizes;
  private int[] durations;
  private int[] offsets;

  private SampleTimes(byte[] payload, int samples) {
    this.file = ByteBuffer.wrap(payload);
    this.samples = samples;
  }

  /**
   * Reads the times of a track.
   *
   * @param tracks how many tracks there are to be
   * @param track the number of the track among them
   * @param samples how many samples the track is to have
   * @throws UnusualFileException if it cannot be told for certain
   */
  static SampleTimes of(byte[] payload, int tracks, int track, int samples) {
    SampleTimes times = new SampleTimes(payload, samples);
    times.each(
        0,
        payload.length,
        (type, from, to) -> {
          if (type == MOOV) {
            times.moovs++;
            times.movie(from, to, track);
          } else {
            unless(times.passes(type, from, to), "a box beside the movie");
          }
        });
    unless(times.moovs == 1 && times.tracks == tracks, "tracks");
    unless(times.descriptions == 1 && times.sizes == samples, "sample tables");
    unless(times.durations != null, "no durations");
    return times;
  }

  /** Returns how long a sample is shown, at least 1. */
  int duration(int sample) {
    return durations[sample];
  }

  /** Returns how much later than decoded a sample is shown. */
  int offset(int sample) {
    return offsets == null ? 0 : offsets[sample];
  }

  private void movie(int start, int end, int wanted) {
    each(
        start,
        end,
        (type, from, to) -> {
          if (type != TRAK) {
            unless(passes(type, from, to), "a box in the movie");
          } else if (tracks++ == wanted) {
            within(from, to, MDIA, EDTS, (inner, begin, stop) -> media(inner, begin, stop));
          }
        });
  }

  private void media(int type, int start, int end) {
    if (type == EDTS) {
      within(start, end, ELST, ELST, (inner, from, to) -> edits(from, to));
      return;
    }
    within(
        start,
        end,
        MINF,
        MINF,
        (minf, from, to) ->
            within(
                from,
                to,
                STBL,
                DINF,
                (inner, begin, stop) -> {
                  if (inner == STBL) {
                    each(begin, stop, this::table);
                  } else {
                    within(begin, stop, DREF, DREF, (dref, first, last) -> places(first, last));
                  }
                }));
  }

  /** Allows one edit, and an empty one before it: then the index has the samples in their order. */
  private void edits(int from, int to) {
    unless(to - from >= 8, "a short edit list");
    boolean wide = file.get(from) == 1;
    int count = file.getInt(from + 4);
    int entry = wide ? 20 : 12;
    unless(count >= 0 && count <= 2 && (long) count * entry <= to - from - 8, "an edit list");
    for (int i = 0; i < count; i++) {
      int at = from + 8 + i * entry;
      long time = wide ? file.getLong(at + 8) : file.getInt(at + 4);
      boolean empty = count == 2 && i == 0;
      unless(empty ? time == -1 : time >= 0, "several edits");
    }
  }

  /** Allows samples in this file alone. */
  private void places(int from, int to) {
    unless(to - from >= 8, "a short list of files");
    each(
        from + 8,
        to,
        (type, begin, end) ->
            unless(type == URL || type == ALIS && end - begin <= 4, "samples in another file"));
  }

  private void table(int type, int from, int to) {
    if (type == STSD) {
      description(from, to);
    } else if (type == STTS) {
      unless(durations == null, "durations twice");
      durations = runs(from, to, 1, MOST_DURATION);
    } else if (type == CTTS) {
      unless(offsets == null, "offsets twice");
      offsets = runs(from, to, 0, MOST_OFFSET);
    } else if (type == STSZ) {
      unless(to - from >= 12 && sizes == 0, "sizes");
      sizes = file.getInt(from + 8);
    } else {
      unless(passes(type, from, to), "a sample table");
    }
  }

  private void description(int from, int to) {
    unless(to - from >= 8 + ENTRY_BYTES && file.getInt(from + 4) == 1, "several kinds of samples");
    unless(file.getInt(from + 12) == AVC1, "a kind of sample");
    // A small depth would bring a palette.
    unless(file.getShort(from + 8 + DEPTH) == COLOURS, "a depth");
    descriptions++;
    searchFreeForm(from + 16, to);
  }

  /** Reads pairs of a count and a value, which have to cover all samples. */
  private int[] runs(int from, int to, int least, int most) {
    unless(to - from >= 8, "a short table");
    int count = file.getInt(from + 4);
    unless(count > 0 && (long) count * 8 <= to - from - 8, "a table");
    int[] values = new int[samples];
    int sample = 0;
    for (int i = 0; i < count; i++) {
      int run = file.getInt(from + 8 + 8 * i);
      int value = file.getInt(from + 12 + 8 * i);
      unless(run > 0 && run <= samples - sample, "a run of samples");
      unless(value >= least && value < most, "a time");
      Arrays.fill(values, sample, sample + run, value);
      sample += run;
    }
    unless(sample == samples, "samples without a time");
    return values;
  }

  /** Tells whether a box can be passed over. */
  private boolean passes(int type, int from, int to) {
    if (FREE_FORM.contains(type)) {
      searchFreeForm(from, to);
      return true;
    }
    return PLAIN.contains(type);
  }

  private void searchFreeForm(int from, int to) {
    unless(to - from <= MOST_FREE_FORM, "much in a box");
    int name = 0;
    for (int i = from; i < to; i++) {
      name = name << 8 | file.get(i) & 0xff;
      unless(Arrays.binarySearch(TELLING, name) < 0, "a box inside another");
    }
  }

  /** Takes the type of a box, and where its content begins and ends. */
  private interface Visitor {
    void box(int type, int from, int to);
  }

  /** Visits boxes of two types, and allows others that say nothing. */
  private void within(int start, int end, int one, int other, Visitor visitor) {
    each(
        start,
        end,
        (type, from, to) -> {
          if (type == one || type == other) {
            visitor.box(type, from, to);
          } else {
            unless(passes(type, from, to), "a box in a track");
          }
        });
  }

  private void each(int from, int to, Visitor visitor) {
    int at = from;
    while (at < to) {
      unless(to - at >= 8, "bytes after the last box");
      long size = file.getInt(at) & 0xffffffffL;
      int type = file.getInt(at + 4);
      int header = 8;
      if (size == 1) {
        unless(to - at >= 16, "a cut box");
        size = file.getLong(at + 8);
        header = 16;
      }
      unless(size >= header && size <= to - at, "the size of a box");
      visitor.box(type, at + header, at + (int) size);
      at += (int) size;
    }
  }

  private static int type(String name) {
    return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
  }

  private static Set<Integer> types(String... names) {
    return Set.copyOf(Arrays.stream(names).map(SampleTimes::type).toList());
  }
}
