package dev.sheaf.query.bench;

import dev.sheaf.format.Dataset;
import dev.sheaf.query.QueryResult;
import dev.sheaf.query.SqlSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Sheaf through its public interface. */
final class SheafEngine implements Engine {
  private final Dataset dataset;
  private final SqlSession session;

  SheafEngine(int threads) throws IOException {
    dataset = QueryData.narrow();
    session = SqlSession.open(dataset).threads(threads);
  }

  @Override
  public List<Object[]> query(String sql) {
    List<Object[]> rows = new ArrayList<>();
    try (QueryResult result = session.query(sql)) {
      result.rows().forEach(row -> rows.add(row.toArray()));
    }
    return rows;
  }

  @Override
  public void close() {
    dataset.close();
  }
}
