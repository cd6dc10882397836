package dev.sheaf.format.internal.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;

/** Writes every packed object of a repository as a loose one too. */
final class LooseCopy {
  private LooseCopy() {}

  static void unpack(Path gitDir) throws IOException {
    try (Packs packs = new Packs(gitDir.resolve("objects/pack"))) {
      for (PackFile pack : packs.list()) {
        for (int i = 0; i < pack.index().count(); i++) {
          Oid id = pack.index().id(i);
          write(gitDir, id, pack.find(id, (base, depth) -> Optional.empty(), 0).orElseThrow());
        }
      }
    } catch (BadObject e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Path gitDir, Oid id, GitObject object) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      for (byte[] part : List.of(header(object), object.bytes())) {
        out.write(part);
      }
    }
    Path file =
        gitDir.resolve("objects").resolve(id.hex().substring(0, 2)).resolve(id.hex().substring(2));
    Files.createDirectories(file.getParent());
    Files.write(file, packed.toByteArray());
  }

  private static byte[] header(GitObject object) {
    return (object.type().label() + " " + object.bytes().length + "\0")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
