package dev.sheaf.query.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB with the same samples in a table of its own, or in a Parquet file that it wrote. */
final class DuckEngine implements Engine {
  private final DuckDBConnection connection;
  private final Statement statement;
  private final String from;

  DuckEngine(int threads, boolean parquet) throws SQLException, IOException {
    Path database = QueryData.folder().resolve("narrow-" + QueryData.NARROW + ".duckdb");
    Path file = QueryData.folder().resolve("narrow-" + QueryData.NARROW + ".parquet");
    if (!Files.exists(file)) {
      Files.createDirectories(QueryData.folder());
      Files.deleteIfExists(database);
      write(database, file);
    }
    connection = connect(database);
    statement = connection.createStatement();
    statement.execute("SET threads = " + threads);
    from = parquet ? "FROM '" + file + "'" : "FROM samples";
  }

  private static DuckDBConnection connect(Path database) throws SQLException {
    return (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + database);
  }

  private static void write(Path database, Path file) throws SQLException {
    try (DuckDBConnection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE samples (id BIGINT, label VARCHAR, x DOUBLE, score DOUBLE, lang INTEGER)");
      QueryData.Narrow sample = new QueryData.Narrow();
      try (DuckDBAppender appender = connection.createAppender("main", "samples")) {
        for (long i = 0; i < QueryData.NARROW; i++) {
          sample.fill(i);
          appender.beginRow();
          appender.append(sample.id);
          appender.append(sample.label);
          appender.append(sample.x);
          appender.append(sample.score);
          appender.append(sample.lang);
          appender.endRow();
        }
      }
      statement.execute("COPY samples TO '" + file + "' (FORMAT parquet)");
    }
  }

  @Override
  public List<Object[]> query(String sql) throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(sql.replace("FROM samples", from))) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        Object[] row = new Object[width];
        for (int i = 0; i < width; i++) {
          row[i] = result.getObject(i + 1);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    statement.close();
    connection.close();
  }
}
