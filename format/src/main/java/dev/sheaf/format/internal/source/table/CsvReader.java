package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Limits;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.StrictUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads records by the grammar of RFC 4180 from bytes, so that a byte that is not UTF-8 is found
 * with its offset and costs its own row only. A line ends with LF, CRLF or CR.
 */
final class CsvReader implements AutoCloseable {
  private final SourceFile file;
  private final LineReader in;
  private final List<Integer> doubled = new ArrayList<>();
  private byte[] field = new byte[256];
  private int length;
  private int delimiter;
  private long line = 1;
  private long recordLine;
  private long fieldOffset;
  private InvalidInputException problem;

  public CsvReader(SourceFile file, InputStream in, char delimiter) throws IOException {
    this.file = file;
    this.in = new LineReader(in);
    this.delimiter = delimiter;
  }

  /** Returns the line on which the last record began, from 1. */
  public long recordLine() {
    return recordLine;
  }

  public long offset() {
    return in.offset();
  }

  /** Takes a semicolon or tab as delimiter if the header has one and no comma. */
  public void findDelimiter() throws IOException {
    String header = in.peekLine();
    if (header.indexOf(',') < 0) {
      delimiter = header.indexOf(';') >= 0 ? ';' : header.indexOf('\t') >= 0 ? '\t' : ',';
    }
  }

  /**
   * Returns the fields of the next record, null where one has neither quotes nor characters, or
   * null at the end.
   *
   * @throws InvalidInputException if the record is malformed; the next call goes on behind it
   */
  public List<String> record() throws IOException {
    while (in.peek() == '\n' || in.peek() == '\r') {
      endOfLine(in.read());
    }
    if (in.peek() < 0) {
      return null;
    }
    recordLine = line;
    problem = null;
    List<String> fields = new ArrayList<>();
    int end;
    do {
      length = 0;
      doubled.clear();
      fieldOffset = in.offset();
      if (in.peek() == '"') {
        in.read();
        fieldOffset++;
        end = quoted();
        fields.add(text());
      } else {
        end = plain();
        fields.add(length == 0 ? null : text());
      }
    } while (end == delimiter);
    if (problem != null) {
      throw problem;
    }
    return fields;
  }

  /** Reads up to the delimiter or the end of the line, which is returned. */
  private int plain() throws IOException {
    while (true) {
      int c = in.read();
      if (c == delimiter || c < 0) {
        return c;
      }
      if (c == '\n' || c == '\r') {
        endOfLine(c);
        return '\n';
      }
      if (c == '"') {
        report(InputErrors.badCsv("a quote inside a field without quotes", where()));
      }
      add(c);
    }
  }

  private int quoted() throws IOException {
    while (true) {
      int c = in.read();
      if (c < 0) {
        report(InputErrors.badCsv("a quoted field does not end", where()));
        return c;
      }
      if (c == '"' && in.peek() != '"') {
        return afterQuote();
      }
      if (c == '"') {
        in.read();
        doubled.add(length);
      } else if (c == '\n' || c == '\r' && in.peek() != '\n') {
        line++;
      }
      add(c);
    }
  }

  private int afterQuote() throws IOException {
    int next = in.peek();
    if (next == delimiter || next < 0) {
      return in.read();
    }
    if (next != '\n' && next != '\r') {
      report(InputErrors.badCsv("text behind a closing quote", where()));
      return plain();
    }
    endOfLine(in.read());
    return '\n';
  }

  private void endOfLine(int c) throws IOException {
    if (c == '\r' && in.peek() == '\n') {
      in.read();
    }
    line++;
  }

  private void add(int c) {
    if (length == field.length) {
      if (length >= Limits.VALUE_BYTES) {
        throw InputErrors.tooLarge(length + 1L, where());
      }
      field = Arrays.copyOf(field, (int) Math.min(Limits.VALUE_BYTES, length * 2L));
    }
    field[length++] = (byte) c;
  }

  private String text() {
    int bad = StrictUtf8.firstBad(field, 0, length);
    if (bad >= 0) {
      long before = doubled.stream().filter(at -> at < bad).count();
      report(InputErrors.badUtf8(where(), fieldOffset + bad + before));
    }
    return new String(field, 0, length, StandardCharsets.UTF_8);
  }

  /** Keeps the first problem, so that the rest of the record is passed over. */
  private void report(InvalidInputException found) {
    problem = problem == null ? found : problem;
  }

  private Location where() {
    return file.location().with("line", recordLine);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
