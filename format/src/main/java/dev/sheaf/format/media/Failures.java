package dev.sheaf.format.media;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.media.BadMediaException;

/** Errors of payloads, with their codes. */
final class Failures {
  private Failures() {}

  static InvalidInputException of(String what, BadMediaException e) {
    String code =
        switch (e.reason()) {
          case UNKNOWN -> "SHEAF-MED-001";
          case DAMAGED -> "SHEAF-MED-002";
          case TOO_LARGE -> "SHEAF-MED-003";
          case UNSUPPORTED -> "SHEAF-MED-004";
        };
    String hint =
        switch (e.reason()) {
          case UNKNOWN -> "Formats are listed in docs/media.md";
          case DAMAGED -> "Leave it out, or ingest it again from its source";
          case TOO_LARGE -> "Ask for less, or raise the limit if that is meant";
          case UNSUPPORTED -> "Convert it to another codec or pixel format";
        };
    return new InvalidInputException(
        code, "The " + what + " " + e.getMessage(), Location.NONE, hint, e);
  }
}
