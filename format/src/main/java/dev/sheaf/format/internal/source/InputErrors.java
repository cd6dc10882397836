package dev.sheaf.format.internal.source;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.NotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What can be wrong with a source: one code, one sentence and one advice each. */
public final class InputErrors {
  private static final String SKIP = "or pass --on-error skip to leave it out";

  private InputErrors() {}

  /**
   * Returns a problem of a source with a code of this package, {@code SHEAF-INP-02x} to {@code
   * 05x}.
   */
  public static InvalidInputException of(int code, String fact, Location where, String advice) {
    return new InvalidInputException(String.format("SHEAF-INP-%03d", code), fact, where, advice);
  }

  public static DatasetException missing(Location where) {
    return new NotFoundException(
        "SHEAF-INP-020", "No such file or folder", where, "Check the path; nothing was ingested");
  }

  /** Returns the problem that a file which a row names is missing. */
  public static DatasetException missingMedia(String fact, Location where) {
    return new NotFoundException(
        "SHEAF-INP-020",
        "Missing media: " + fact,
        where,
        "Add the file, pass --media-root with the folder that the names begin in, or pass"
            + " --on-error skip to leave such rows out");
  }

  /** Returns the problem that none of the files which a table names is there. */
  public static DatasetException lostMedia(long count, Path mediaRoot, Location where) {
    return new NotFoundException(
        "SHEAF-INP-020",
        "Missing media: none of the "
            + count
            + " files that the column names is there, neither beside the table nor in "
            + Names.show(String.valueOf(mediaRoot)),
        where,
        "Correct --media-root: it is the folder that the names begin in; leave it out to keep the"
            + " names as text");
  }

  public static InvalidInputException nothing(Location where, String found) {
    return of(
        21,
        "Nothing to ingest" + found,
        where,
        "Name a folder of media or texts, a table or an archive");
  }

  public static InvalidInputException unknownFormat(Location where) {
    return of(
        22,
        "Unknown kind of file",
        where,
        "Give it the extension of what it holds, or pass --format with one of "
            + SourceFormat.ids());
  }

  public static InvalidInputException mixedFolder(
      Location where, int samples, int tables, String table) {
    return of(
        23,
        "The folder holds both files that are samples ("
            + samples
            + ") and tables ("
            + tables
            + ")",
        where,
        "Ingest the table ("
            + Names.show(table)
            + ") if its cells name the files, or pass --format folder to take the files alone");
  }

  public static InvalidInputException empty(Location where) {
    return of(24, "The file is empty", where, "Remove it, " + SKIP);
  }

  public static InvalidInputException broken(
      MediaKind kind, String codec, String defect, Location where) {
    return of(
        25,
        "Broken " + codec + " " + kind.id() + ": " + defect,
        where,
        "Replace the file, " + SKIP);
  }

  public static InvalidInputException notMedia(MediaKind wanted, String what, Location where) {
    String article = wanted == MediaKind.IMAGE || wanted == MediaKind.AUDIO ? "an " : "a ";
    return of(
        26,
        "Not " + article + wanted.id() + ": " + what,
        where,
        "Move it out of the folder, " + SKIP);
  }

  public static InvalidInputException passedOver(Location where) {
    return of(26, "Not media, text or a table: passed over", where, "");
  }

  public static InvalidInputException unnamed(String metadata, Location where) {
    return of(26, "Not named in " + Names.brief(metadata) + ": passed over", where, "");
  }

  public static InvalidInputException noFileName(String column, Location where) {
    return of(55, "The row names no file: " + column + " is empty", where, "Fill it, " + SKIP);
  }

  public static InvalidInputException badFileName(Location where) {
    return of(27, "The file name is not UTF-8, so it cannot be a key", where, "Rename it, " + SKIP);
  }

  public static InvalidInputException loop(Location where) {
    return of(28, "A symbolic link leads back to a folder above it", where, "Remove it, " + SKIP);
  }

  public static InvalidInputException tooLarge(long length, Location where) {
    return of(
        29,
        "A value of " + length + " bytes is above the limit of " + Limits.VALUE_BYTES,
        where,
        "Split it into parts of at most 1 GiB, " + SKIP);
  }

  public static InvalidInputException badUtf8(Location where, long byteOffset) {
    return of(
        30,
        "Invalid UTF-8 at byte " + byteOffset + " of the file",
        where,
        "Convert the file to UTF-8 (iconv -t UTF-8), " + SKIP);
  }

  public static InvalidInputException loneSurrogate(Location where) {
    return of(
        30,
        "A \\u escape is half of a surrogate pair, which is not text",
        where,
        "Write both halves or the character itself, " + SKIP);
  }

  public static InvalidInputException badJson(String reason, Location where) {
    return of(31, "Malformed JSON: " + reason, where, "Correct the row, " + SKIP);
  }

  public static InvalidInputException notAnObject(String found, Location where) {
    return of(
        32,
        "Expected a JSON object, got " + found,
        where,
        "Write each row as {\"column\": value, …}, " + SKIP);
  }

  public static InvalidInputException ragged(int expected, int actual, Location where) {
    return of(
        33,
        "Ragged row: the header has " + expected + " columns, the row has " + actual,
        where,
        "Quote fields that hold the delimiter, " + SKIP);
  }

  public static InvalidInputException badCsv(String reason, Location where) {
    return of(34, "Malformed CSV: " + reason, where, "Correct the quoting (RFC 4180), " + SKIP);
  }

  public static InvalidInputException emptyName(int position, Location where) {
    return of(35, "Column " + (position + 1) + " has no name", where, "Name it in the source");
  }

  public static InvalidInputException duplicateName(String name, Location where) {
    return of(
        36,
        "Duplicate column name \"" + Names.brief(name) + "\"",
        where,
        "Rename one of the two in the source");
  }

  public static InvalidInputException reservedName(String name, Location where) {
    return of(
        37,
        "Reserved column name \"" + Names.brief(name) + "\": names that begin with _ are Sheaf's",
        where,
        "Rename it in the source, for example to \""
            + Names.brief(name.replaceAll("^_+", ""))
            + "\"");
  }

  public static InvalidInputException tooManyColumns(int count, Location where) {
    return of(
        38,
        count + " columns are above the limit of " + Limits.COLUMNS,
        where,
        "Put the values into one tensor or list column");
  }

  public static InvalidInputException badFile(String format, Throwable cause, Location where) {
    String message = cause.getMessage();
    String reason =
        message == null
            ? cause.getClass().getSimpleName()
            : message.replaceAll("\\S+InputFile@[0-9a-f]+", "it");
    return new InvalidInputException(
        "SHEAF-INP-039",
        "Malformed " + format + " file: " + Names.brief(reason),
        where,
        "Write the file again, " + SKIP,
        cause);
  }

  public static InvalidInputException unsupported(String what, Location where) {
    return of(41, what, where, "Write it in another way, for example uncompressed or with zstd");
  }

  public static InvalidInputException badValue(String column, String reason, Location where) {
    return of(
        42,
        "The value does not fit column \"" + Names.brief(column) + "\": " + reason,
        where,
        "Correct the value, " + SKIP);
  }

  public static InvalidInputException damagedMember(long stored, long computed, Location where) {
    return of(
        52,
        String.format(
            "The archive is damaged: CRC-32 of the member: stored=0x%08x computed=0x%08x",
            stored, computed),
        where,
        "Write the archive again, " + SKIP);
  }

  public static InvalidInputException changed(Location where) {
    return of(49, "The file changed while it was read", where, "Ingest again when it is at rest");
  }

  /**
   * Turns trouble of the operating system with one source file into a problem that can be skipped.
   */
  public static DatasetException unreadable(IOException cause, Location where) {
    if (cause instanceof NoSuchFileException) {
      return new NotFoundException(
          "SHEAF-INP-020", "No such file or folder", where, "Add the file, " + SKIP);
    }
    String reason =
        cause instanceof AccessDeniedException
            ? "permission denied"
            : String.valueOf(cause.getMessage());
    return new NotFoundException(
        "SHEAF-INP-048", "Cannot read: " + reason, where, "Check the file, " + SKIP, cause);
  }
}
