package dev.sheaf.cli.failure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** Tells what the operating system's refusals mean and what to do about them. */
final class Trouble {
  private Trouble() {}

  static Failure of(IOException e, String where) {
    String file = where.isEmpty() ? file(e) : where;
    String reason = reason(e);
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("disk quota")) {
      return failure(
          "SHEAF-IO-002",
          "The disk is full",
          file,
          "Free some space and run the same command again; nothing committed is lost",
          e);
    }
    if (lower.contains("read-only file system")) {
      return failure(
          "SHEAF-IO-003",
          "The disk is read-only",
          file,
          "Reading works as it is; to write, mount it writable or copy the dataset",
          e);
    }
    if (e instanceof AccessDeniedException || lower.contains("permission denied")) {
      return failure(
          "SHEAF-IO-004", "Permission denied", file, "Check who may read and write it", e);
    }
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return failure("SHEAF-IO-005", "No such file or folder", file, "Check the path", e);
    }
    if (e instanceof FileAlreadyExistsException) {
      return failure("SHEAF-IO-006", "It exists already", file, "Choose another name", e);
    }
    if (e instanceof NotDirectoryException || lower.contains("not a directory")) {
      return failure("SHEAF-IO-007", "Not a folder", file, "Choose another name", e);
    }
    if (lower.contains("too many open files")) {
      return failure(
          "SHEAF-IO-008", "Too many open files", file, "Raise the limit: ulimit -n 65536", e);
    }
    return failure(
        "SHEAF-IO-001",
        "Reading or writing failed: " + reason,
        file,
        "Check the disk, then run the same command again",
        e);
  }

  static IOException located(IOException e, Path place) {
    if (!file(e).isEmpty()) {
      return e;
    }
    IOException located = new FileSystemException(place.toString(), null, reason(e));
    located.initCause(e);
    return located;
  }

  private static Failure failure(
      String code, String headline, String file, String hint, IOException e) {
    return new Failure(Failure.NOT_FOUND, code, headline, file, hint, e);
  }

  private static String file(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof FileSystemException e && e.getFile() != null) {
        return e.getOtherFile() == null ? e.getFile() : e.getFile() + " -> " + e.getOtherFile();
      }
    }
    if (thrown instanceof FileNotFoundException && thrown.getMessage() != null) {
      return thrown.getMessage().replaceFirst(" \\([^()]*\\)$", "");
    }
    return "";
  }

  private static String reason(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof FileSystemException e && e.getReason() != null) {
        return e.getReason();
      }
    }
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }
}
