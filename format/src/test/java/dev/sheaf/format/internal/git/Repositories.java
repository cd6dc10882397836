package dev.sheaf.format.internal.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sheaf.format.CommitInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the tests of this package share. */
final class Repositories {
  private Repositories() {}

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static CommitInfo put(GitStore store, String branch, String path, String content) {
    return put(store, branch, Map.of(path, content));
  }

  static CommitInfo put(GitStore store, String branch, Map<String, String> files) {
    return store.commit(branch, CommitRequest.of("Put " + files.keySet(), head -> edit(files)));
  }

  static TreeEdit edit(Map<String, String> files) {
    TreeEdit edit = new TreeEdit();
    files.forEach((path, content) -> edit.put(path, bytes(content)));
    return edit;
  }

  static String text(TreeSnapshot snapshot, String path) {
    return new String(snapshot.read(path), UTF_8);
  }

  static void copy(Path from, Path to) {
    try {
      Files.walkFileTree(
          from,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                throws IOException {
              Files.createDirectories(to.resolve(from.relativize(directory)));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Path target = to.resolve(from.relativize(file));
              Files.copy(file, target);
              boolean ignored = target.toFile().setWritable(true);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program and returns what it prints; fails on a bad exit code. */
  static String run(Path directory, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(command + " failed:\n" + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> java(Class<?> main, String... arguments) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        new java.util.ArrayList<>(List.of(java.toString(), "-cp", classPath, main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
