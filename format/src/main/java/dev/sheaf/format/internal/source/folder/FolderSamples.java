package dev.sheaf.format.internal.source.folder;

import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.source.Heads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The samples of a folder: payloads whose names differ in the extension only are one sample, and
 * text, subtitles and JSON of that name ({@code a.mp4}, {@code a.txt}; also {@code a.mp4.txt})
 * belong to it. Where two payloads of one kind share a name ({@code a.jpg}, {@code a.png}), each is
 * a sample of its own. A text without payload is a sample too, with the JSON of its name where that
 * is one object.
 */
final class FolderSamples {
  private static final MediaKind[] RANK = {
    MediaKind.VIDEO, MediaKind.IMAGE, MediaKind.AUDIO, MediaKind.FILE
  };

  /** The files of one sample. */
  static final class Group {
    private final Map<MediaKind, FileWalk.Found> media = new EnumMap<>(MediaKind.class);
    private FileWalk.Found text;
    private FileWalk.Found subtitles;
    private FileWalk.Found json;

    /** Returns the file that names the sample. */
    FileWalk.Found main() {
      for (MediaKind kind : RANK) {
        if (media.containsKey(kind)) {
          return media.get(kind);
        }
      }
      return text;
    }

    Map<MediaKind, FileWalk.Found> media() {
      return media;
    }

    Optional<FileWalk.Found> text() {
      return Optional.ofNullable(text);
    }

    Optional<FileWalk.Found> subtitles() {
      return Optional.ofNullable(subtitles);
    }

    Optional<FileWalk.Found> json() {
      return Optional.ofNullable(json);
    }

    /** Tells whether the sample has no file but one payload or text. */
    boolean isOneFile() {
      return media.size() + (text == null ? 0 : 1) == 1 && subtitles == null && json == null;
    }

    long weight() {
      long sum = 256;
      for (FileWalk.Found found : media.values()) {
        sum += found.size();
      }
      for (FileWalk.Found found : new FileWalk.Found[] {text, subtitles, json}) {
        sum += found == null ? 0 : 4 * found.size();
      }
      return sum;
    }
  }

  private final List<Group> groups = new ArrayList<>();
  private final Set<FileWalk.Found> taken = new HashSet<>();

  private FolderSamples() {}

  /** Brings the files of a walk together. */
  static FolderSamples of(List<FileWalk.Found> files) throws IOException {
    FolderSamples samples = new FolderSamples();
    Map<String, List<FileWalk.Found>> byStem = new LinkedHashMap<>();
    for (FileWalk.Found found : files) {
      if (found.role() == FileWalk.Role.MEDIA) {
        byStem.computeIfAbsent(stem(found), stem -> new ArrayList<>()).add(found);
      }
    }
    Map<String, List<Group>> owners = new HashMap<>();
    byStem.forEach((stem, media) -> samples.addMedia(stem, media, owners));
    for (FileWalk.Found found : files) {
      if (found.role() == FileWalk.Role.TEXT) {
        samples.addText(found, owners);
      }
    }
    for (FileWalk.Found found : files) {
      if (found.role() == FileWalk.Role.SUBTITLES || found.role() == FileWalk.Role.TABLE) {
        samples.addBeside(found, owners);
      }
    }
    samples.groups.sort(
        java.util.Comparator.comparing(
            group -> group.main().file().name(),
            dev.sheaf.format.internal.source.Names.UTF8_ORDER));
    return samples;
  }

  private void addMedia(String stem, List<FileWalk.Found> media, Map<String, List<Group>> owners) {
    boolean together = media.stream().map(FileWalk.Found::kind).distinct().count() == media.size();
    Group shared = new Group();
    for (FileWalk.Found found : media) {
      Group group = together ? shared : new Group();
      if (group.media.isEmpty()) {
        groups.add(group);
        owners.computeIfAbsent(stem, name -> new ArrayList<>()).add(group);
      }
      group.media.put(found.kind(), found);
      owners.computeIfAbsent(found.file().name(), name -> new ArrayList<>()).add(group);
      taken.add(found);
    }
  }

  private void addText(FileWalk.Found found, Map<String, List<Group>> owners) {
    List<Group> beside = owners.getOrDefault(stem(found), List.of());
    beside.forEach(group -> group.text = found);
    if (beside.isEmpty()) {
      Group alone = new Group();
      alone.text = found;
      groups.add(alone);
      for (String name : List.of(stem(found), found.file().name())) {
        owners.computeIfAbsent(name, owned -> new ArrayList<>()).add(alone);
      }
    }
    taken.add(found);
  }

  private void addBeside(FileWalk.Found found, Map<String, List<Group>> owners) throws IOException {
    boolean json = found.file().name().endsWith(".json");
    for (Group group : owners.getOrDefault(stem(found), List.of())) {
      if (found.role() == FileWalk.Role.SUBTITLES) {
        group.subtitles = found;
        taken.add(found);
      } else if (json && (!group.media.isEmpty() || isObject(found))) {
        group.json = found;
        taken.add(found);
      }
    }
  }

  /** A list of rows beside a text is a table of its own. */
  private static boolean isObject(FileWalk.Found found) throws IOException {
    String head = new String(Heads.of(found.file().path()), StandardCharsets.UTF_8);
    return head.replace("\uFEFF", "").stripLeading().startsWith("{");
  }

  private static String stem(FileWalk.Found found) {
    String name = found.file().name();
    int dot = name.lastIndexOf('.');
    return dot <= name.lastIndexOf('/') + 1 ? name : name.substring(0, dot);
  }

  /** Returns the samples in the order of the names of their main files. */
  List<Group> groups() {
    return groups;
  }

  /** Returns the files of a walk that belong to no sample. */
  List<FileWalk.Found> rest(List<FileWalk.Found> files) {
    return files.stream().filter(found -> !taken.contains(found)).toList();
  }
}
