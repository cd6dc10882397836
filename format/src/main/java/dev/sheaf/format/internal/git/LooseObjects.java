package dev.sheaf.format.internal.git;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Objects in files of their own. Sheaf writes none, but plain Git does. Stateless, safe for use by
 * several threads.
 */
final class LooseObjects {
  private static final int MAX_HEADER = 32;

  private final Path objects;

  LooseObjects(Path objects) {
    this.objects = objects;
  }

  private Path file(Oid id) {
    String hex = id.hex();
    return objects.resolve(hex.substring(0, 2)).resolve(hex.substring(2));
  }

  boolean contains(Oid id) {
    return Files.exists(file(id));
  }

  /** Returns an object, verified, or empty if it has no file. */
  Optional<GitObject> find(Oid id) throws IOException, BadObject {
    Path file = file(id);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    byte[] packed;
    try (InputStream in = new FileInputStream(file.toFile())) {
      packed = in.readNBytes(GitObject.MAX_BYTES);
    } catch (FileNotFoundException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return Optional.empty();
    }
    GitObject object = parse(packed);
    ObjectStore.verify(id, object);
    return Optional.of(object);
  }

  private static GitObject parse(byte[] packed) throws BadObject, IOException {
    String header = header(packed);
    int space = header.indexOf(' ');
    ObjectType type =
        ObjectType.ofLabel(header.substring(0, Math.max(0, space)))
            .orElseThrow(() -> new BadObject("loose object has an unknown type"));
    String digits = header.substring(space + 1);
    if (!digits.matches("[0-9]{1,10}")) {
      throw new BadObject("loose object has no length");
    }
    int headerLength = header.length() + 1;
    int length = Inflate.checkLength(Long.parseLong(digits), packed.length);
    int[] given = {0};
    byte[] all =
        Inflate.exactly(
            headerLength + length,
            buffer -> {
              int n = Math.min(buffer.length, packed.length - given[0]);
              System.arraycopy(packed, given[0], buffer, 0, n);
              given[0] += n;
              return n;
            });
    return new GitObject(type, java.util.Arrays.copyOfRange(all, headerLength, all.length));
  }

  private static String header(byte[] packed) throws BadObject {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] start = new byte[MAX_HEADER];
      int n = inflater.inflate(start);
      for (int i = 0; i < n; i++) {
        if (start[i] == 0) {
          return new String(start, 0, i, StandardCharsets.ISO_8859_1);
        }
      }
      throw new BadObject("loose object has no header");
    } catch (DataFormatException e) {
      throw new BadObject("loose object is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  /** Passes on the ids that begin with a hex prefix of at least 2 digits. */
  void matching(String prefix, Consumer<Oid> found) throws IOException {
    Path directory = objects.resolve(prefix.substring(0, 2));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String hex = prefix.substring(0, 2) + file.getFileName();
        if (Oid.isHex(hex) && hex.startsWith(prefix)) {
          found.accept(Oid.parse(hex));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
