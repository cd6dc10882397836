package dev.sheaf.format.internal.source.archive;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Names;

/** What can be wrong with an archive. */
final class ArchiveErrors {
  private static final String SKIP = "or pass --on-error skip to leave it out";

  private ArchiveErrors() {}

  static InvalidInputException unsafe(String why, Location where) {
    return InputErrors.of(
        51, "The name of a member is refused: " + why, where, "Write the archive again, " + SKIP);
  }

  static InvalidInputException link(String target, Location where) {
    return InputErrors.of(
        51,
        "A link in an archive is refused (to \"" + Names.brief(target) + "\")",
        where,
        "Write the file itself (tar --dereference), " + SKIP);
  }

  static InvalidInputException special(Location where) {
    return InputErrors.of(
        51, "The member is neither a file nor a folder", where, "Write it again, " + SKIP);
  }

  static InvalidInputException damaged(String reason, String lost, Location where) {
    return InputErrors.of(
        52,
        "The archive is damaged: " + Names.brief(reason) + "; " + lost,
        where,
        "Write the archive again, or pass --on-error skip to take the rest");
  }

  static InvalidInputException cutShort(long expected, long found, Location where) {
    return InputErrors.of(
        52,
        "The archive is cut short: the member has " + expected + " bytes, " + found + " are left",
        where,
        "Write the archive again, or pass --on-error skip to take the rest");
  }

  static InvalidInputException repeated(String extension, Location where) {
    return InputErrors.of(
        52,
        "The sample has two members with the extension \"" + Names.brief(extension) + "\"",
        where,
        "Give the samples different names, " + SKIP);
  }

  static InvalidInputException unreadable(Location where) {
    return InputErrors.of(
        41,
        "Cannot be read: a member that is encrypted or compressed in an unusual way",
        where,
        "Write the zip again with deflate and without a password, " + SKIP);
  }

  static InvalidInputException tooMuch(String what, Location where) {
    return InputErrors.of(
        53,
        "The archive unfolds to too much: " + what,
        where,
        "Unpack it yourself if it is what it should be, and ingest the folder");
  }
}
