package dev.sheaf.format.testdata;

import java.nio.file.Path;

/** Where the shipped test files lie. */
public final class TestFiles {
  /** The folder {@code testdata}. */
  public static final Path ROOT =
      Path.of(System.getProperty("basedir", "."), "..", "testdata").toAbsolutePath().normalize();

  /** Twenty-four pictures in three class folders. */
  public static final Path PETS = ROOT.resolve("pets");

  /** One table in five formats. */
  public static final Path TABLES = ROOT.resolve("tables");

  /** Files of other libraries' formats, written by those. */
  public static final Path SOURCES = ROOT.resolve("sources");

  private TestFiles() {}
}
