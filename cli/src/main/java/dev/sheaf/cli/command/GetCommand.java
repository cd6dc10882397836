package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Provenance;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.media.Frame;
import dev.sheaf.format.media.Video;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads samples. */
final class GetCommand extends Command {
  private static final int TOGETHER = 128;

  /** About how many bytes of frames are decoded at once. */
  private static final long CLIP_BYTES = 256L << 20;

  private String folder;
  private PayloadFolder payloads;
  private Dataset dataset;
  private FrameRange frames;
  private boolean several;
  private boolean any;
  private boolean noted;

  @Override
  void define(Options options) {
    options
        .example("sheaf get pets.sheaf 17", "Read sample 17")
        .example(
            "sheaf get pets.sheaf -3: --save out", "Write the payloads of the last three to files")
        .synopsis("[DATASET] SAMPLE...")
        .about(
            "Reads samples: by position from 0 (17), from the end (-1), by range "
                + "(10:20, without 20), by identity (id:00f3a2b4c5d6e7f8-17) or by key "
                + "(key:cats/a.jpg).")
        .value("A,B", "These columns only", "--columns")
        .flag("With --json: long tensors and bytes whole, never cut", "--full")
        .value(
            "COL:A:B",
            "Frames A to B, without B, of a video: what is known of them, with --save as PNG",
            "--frames")
        .value("DIR", "Write payloads into this folder, byte for byte as they came in", "--save");
  }

  @Override
  int run() throws IOException {
    Target target = target();
    folder = options().value("--save");
    if (target.rest().isEmpty()) {
      throw usage(
          "No sample is named", "Name one by its position: sheaf get " + target.shown() + " 0");
    }
    if (options().has("--frames")) {
      frames = FrameRange.parse(options().value("--frames"));
      if (frames == null) {
        throw usage(
            "\"" + options().value("--frames") + "\" does not name frames",
            "Name a column, the first frame and the one behind the last: --frames video:30:46");
      }
    }
    List<SampleName> names = target.rest().stream().map(SampleName::parse).toList();
    try (Opened opened = Opened.of(target, surroundings())) {
      dataset = opened.dataset();
      Version version = opened.version();
      if (frames != null) {
        requireVideo(version);
      }
      Version projection =
          frames == null
              ? Samples.select(version, options().values("--columns"))
              : version.select(frames.column());
      Positions positions = new Positions(version, target.shown());
      List<Long> single = positions.check(names);
      several = names.size() > 1 || names.get(0) instanceof SampleName.Between;
      if (folder != null && frames == null) {
        payloads = new PayloadFolder(surroundings().path(folder));
      }
      List<Long> waiting = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        if (names.get(i) instanceof SampleName.Between range) {
          writeAll(projection, waiting);
          waiting.clear();
          writeRange(projection, range);
        } else {
          waiting.add(single.get(i));
        }
      }
      writeAll(projection, waiting);
      finish();
    }
    return 0;
  }

  private void requireVideo(Version version) {
    Type type = version.schema().column(frames.column()).type();
    if (!(type instanceof Type.Media media && media.kind() == MediaKind.VIDEO)) {
      throw usage(
          "Column \"" + frames.column() + "\" is " + type + ", and frames are of media<video>",
          "sheaf schema lists the columns");
    }
  }

  private void writeRange(Version projection, SampleName.Between range) throws IOException {
    long end = range.end(projection.size());
    for (long at = range.first(projection.size()); at < end; at += TOGETHER) {
      List<Long> block = new ArrayList<>();
      for (long index = at; index < Math.min(end, at + TOGETHER); index++) {
        block.add(index);
      }
      writeAll(projection, block);
    }
  }

  private void writeAll(Version projection, List<Long> indices) throws IOException {
    for (int at = 0; at < indices.size(); at += TOGETHER) {
      List<Long> block = indices.subList(at, Math.min(indices.size(), at + TOGETHER));
      long[] positions = block.stream().mapToLong(Long::longValue).toArray();
      List<Sample> samples = projection.take(positions);
      List<Provenance> origins =
          json()
              ? dataset.provenance(projection, positions)
              : Collections.nCopies(positions.length, null);
      for (int i = 0; i < positions.length; i++) {
        write(samples.get(i), origins.get(i));
      }
    }
  }

  private void write(Sample sample, Provenance origin) throws IOException {
    if (frames != null) {
      writeFrames(sample);
      return;
    }
    Map<String, Path> files = payloads == null ? Map.of() : payloads.save(sample);
    if (json()) {
      Map<String, String> saved = new LinkedHashMap<>();
      files.forEach((column, file) -> saved.put(column, file.toString()));
      Map<String, Object> shown = Samples.json(sample, options().has("--full"), saved);
      shown.put("added", Commits.json(origin.added()));
      out().print(any ? ",\n" : "[\n").print(Json.write(shown));
    } else if (payloads != null) {
      for (Path file : files.values()) {
        Path shown = Path.of(folder).resolve(file.getFileName());
        out().line("wrote " + shown + "  " + Amounts.bytes(Files.size(file)));
      }
    } else {
      out().print(any ? "\n" : "");
      Samples.write(out(), style(), sample, width());
    }
    any = any || json() || payloads == null || !files.isEmpty();
  }

  private void writeFrames(Sample sample) throws IOException {
    Media media = sample.media(frames.column());
    if (media == null) {
      note("sample " + sample.index() + " has no video");
      noted = true;
      return;
    }
    Video video = Video.of(media);
    int end = frames.end(video.frameCount());
    video.frame(frames.from());
    Map<Integer, Path> files = folder == null ? Map.of() : saveFrames(sample, video, end);
    List<Object> shown = new ArrayList<>();
    for (int number = frames.from(); number < end; number++) {
      Frame frame = video.frame(number);
      double seconds = video.timeBase().times(frame.pts());
      if (json()) {
        Map<String, Object> one =
            Json.object(
                "number", number,
                "pts", frame.pts(),
                "seconds", seconds,
                "key", frame.isKey(),
                "type", String.valueOf(frame.type()),
                "bytes", frame.size());
        if (files.containsKey(number)) {
          one.put("saved", files.get(number).toString());
        }
        shown.add(one);
      } else if (folder != null) {
        Path file = files.get(number);
        Path name = shownFolder(sample).resolve(file.getFileName());
        out().line("wrote " + name + "  " + Amounts.bytes(Files.size(file)));
      } else {
        String key = frame.isKey() ? "  key" : "";
        out()
            .line(
                String.format(Locale.ROOT, "%6d  %10.4f s  %c", number, seconds, frame.type())
                    + "  "
                    + Amounts.bytes(frame.size())
                    + key);
      }
    }
    if (json()) {
      Map<String, Object> json =
          Json.object(
              "index", sample.index(),
              "id", sample.id().toString(),
              "key", sample.key(),
              "column", frames.column(),
              "time_base",
                  Json.object(
                      "num", video.timeBase().numerator(), "den", video.timeBase().denominator()),
              "frame_count", video.frameCount(),
              "frames", shown);
      out().print(any ? ",\n" : "[\n").print(Json.write(json));
    }
    any = true;
  }

  /** Frames of several samples go into a folder each. */
  private Path shownFolder(Sample sample) {
    return several ? Path.of(folder, String.valueOf(sample.index())) : Path.of(folder);
  }

  private Map<Integer, Path> saveFrames(Sample sample, Video video, int end) throws IOException {
    FrameFolder target = new FrameFolder(surroundings().path(shownFolder(sample).toString()));
    Map<Integer, Path> files = new LinkedHashMap<>();
    int step = (int) Math.max(1, CLIP_BYTES / frameBytes(video));
    for (int from = frames.from(); from < end; from += step) {
      int to = (int) Math.min(end, (long) from + step);
      Tensor clip = video.clip(from, to);
      for (int number = from; number < to; number++) {
        files.put(number, target.save(clip, number - from, number));
      }
    }
    return files;
  }

  private static long frameBytes(Video video) {
    return Math.max(1, 3L * video.width() * video.height());
  }

  private void finish() {
    if (json()) {
      out().print(any ? "\n]\n" : "[]\n");
    } else if (!any && payloads != null) {
      note("nothing to save: these samples have no media or binary cells");
    } else if (!any && !noted) {
      note("no samples in this range");
    }
  }
}
