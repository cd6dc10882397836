package dev.sheaf.format.internal.git;

import dev.sheaf.format.internal.io.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * Merges small packs into one, so that reads look into few. Runs under the {@link RepositoryLock}.
 * After it each pack is at least four times as large as all smaller ones together, so an object is
 * copied O(log n) times in its life.
 *
 * <p>Entries are copied as they are, checked against the index's CRC-32; a pack with damage is left
 * alone. The merged pack is durable before the first old one goes. A reader that has an old pack
 * open reads on; one that has not finds the merged pack when it lists the directory again.
 */
final class PackConsolidation {
  static final int MAX_PACKS = 50;
  private static final int GROWTH = 4;
  private static final long MAX_PACK_BYTES = 1L << 30;

  private final Packs packs;
  private final PackFile.Bases bases;

  PackConsolidation(Packs packs, PackFile.Bases bases) {
    this.packs = packs;
    this.bases = bases;
  }

  private record Sized(PackFile pack, long bytes) {}

  private record Place(PackFile pack, long offset, long length, int crc) {}

  /** Merges packs if there are more than {@link #MAX_PACKS}. */
  void runIfDue() throws IOException {
    packs.rescan();
    if (packs.list().size() > MAX_PACKS) {
      merge(chosen());
    }
  }

  private List<PackFile> chosen() throws IOException {
    List<Sized> sized = new ArrayList<>();
    for (PackFile pack : packs.list()) {
      String name = pack.path().getFileName().toString();
      Path keep =
          pack.path().resolveSibling(name.substring(0, name.length() - ".pack".length()) + ".keep");
      if (!Files.exists(keep) && Files.exists(pack.path())) {
        sized.add(new Sized(pack, pack.size()));
      }
    }
    sized.sort(Comparator.comparingLong(Sized::bytes));
    int split = sized.size() - 1;
    while (split > 0 && sized.get(split).bytes() >= GROWTH * sized.get(split - 1).bytes()) {
      split--;
    }
    long total = 0;
    List<PackFile> chosen = new ArrayList<>();
    for (int i = 0; i < sized.size(); i++) {
      Sized next = sized.get(i);
      if ((i > split && next.bytes() >= GROWTH * total) || total + next.bytes() > MAX_PACK_BYTES) {
        break;
      }
      total += next.bytes();
      chosen.add(next.pack());
    }
    return chosen;
  }

  private void merge(List<PackFile> chosen) throws IOException {
    Map<Oid, Place> places = new LinkedHashMap<>();
    Set<PackFile> sound = sound(chosen, places);
    if (sound.size() < 2) {
      return;
    }
    replace(sound, places);
  }

  /** Returns those packs that are undamaged, and adds to {@code places} where their objects are. */
  private static Set<PackFile> sound(List<PackFile> chosen, Map<Oid, Place> places)
      throws IOException {
    Set<PackFile> sound = new HashSet<>();
    for (PackFile pack : chosen) {
      try {
        Map<Oid, Place> inPack = places(pack);
        inPack.forEach(places::putIfAbsent);
        sound.add(pack);
      } catch (BadObject e) {
        // Left alone, for fsck to tell of.
      }
    }
    return sound;
  }

  /**
   * Writes packs anew without some of their objects.
   *
   * @param kept which objects stay
   * @return the bytes of the new pack, or -1 if the old ones are left as they are
   */
  long rewrite(List<PackFile> chosen, Predicate<Oid> kept) throws IOException {
    Map<Oid, Place> places = new LinkedHashMap<>();
    Set<PackFile> sound = sound(chosen, places);
    places.keySet().removeIf(kept.negate());
    long bytes = places.values().stream().mapToLong(Place::length).sum();
    return replace(sound, places) ? bytes : -1;
  }

  /** Puts one pack in the place of others; returns false if one of them is damaged. */
  private boolean replace(Set<PackFile> sound, Map<Oid, Place> places) throws IOException {
    if (places.isEmpty()) {
      remove(sound);
      return true;
    }
    try (PackWriter writer = new PackWriter(packs.directory(), places.size())) {
      for (Map.Entry<Oid, Place> object : places.entrySet()) {
        copy(object.getKey(), object.getValue(), writer);
      }
      writer.finish();
    } catch (BadObject e) {
      return false;
    }
    packs.rescan();
    remove(sound);
    return true;
  }

  private void remove(Set<PackFile> sound) throws IOException {
    // Without its index nobody takes a pack for one. So the indexes go first, and durably: a crash
    // must not leave one whose pack is gone.
    for (PackFile old : sound) {
      delete(old, List.of(".idx"));
    }
    DurableFiles.syncDirectory(packs.directory());
    for (PackFile old : sound) {
      delete(old, List.of(".rev", ".bitmap", ".mtimes", ".pack"));
    }
    packs.rescan();
  }

  /** Returns where each object of a pack lies, after checking the bytes of all of them. */
  private static Map<Oid, Place> places(PackFile pack) throws IOException, BadObject {
    PackIndex index = pack.index();
    index.verifyChecksum();
    List<Place> byOffset = new ArrayList<>();
    Map<Place, Oid> ids = new LinkedHashMap<>();
    for (int i = 0; i < index.count(); i++) {
      Place start = new Place(pack, index.offset(i), 0, index.crc(i));
      byOffset.add(start);
      ids.put(start, index.id(i));
    }
    byOffset.sort(Comparator.comparingLong(Place::offset));
    Map<Oid, Place> places = new LinkedHashMap<>();
    long end = pack.size() - Oid.BYTES;
    for (int i = byOffset.size() - 1; i >= 0; i--) {
      Place start = byOffset.get(i);
      Place whole = new Place(pack, start.offset(), end - start.offset(), start.crc());
      read(whole);
      places.put(ids.get(start), whole);
      end = start.offset();
    }
    return places;
  }

  private static byte[] read(Place place) throws IOException, BadObject {
    if (place.offset() < PackFile.HEADER_LENGTH
        || place.length() <= 0
        || place.length() > 2L * GitObject.MAX_BYTES) {
      throw new BadObject("pack entry has an impossible place");
    }
    byte[] entry = new byte[(int) place.length()];
    place.pack().readFully(entry, entry.length, place.offset());
    CRC32 crc = new CRC32();
    crc.update(entry);
    if ((int) crc.getValue() != place.crc()) {
      throw new BadObject("pack entry does not match its CRC-32");
    }
    return entry;
  }

  private void copy(Oid id, Place place, PackWriter writer) throws IOException, BadObject {
    PackFile.Head head = place.pack().head(place.offset(), place.offset() + place.length());
    if (head.code() == PackFile.OFFSET_DELTA || head.code() == PackFile.REF_DELTA) {
      GitObject object = place.pack().read(place.offset(), bases, 0);
      ObjectStore.verify(id, object);
      writer.add(id, object);
    } else {
      writer.addPacked(id, read(place));
    }
  }

  private static void delete(PackFile pack, List<String> extensions) throws IOException {
    String name = pack.path().getFileName().toString();
    String stem = name.substring(0, name.length() - ".pack".length());
    for (String extension : extensions) {
      Files.deleteIfExists(pack.path().resolveSibling(stem + extension));
    }
  }
}
