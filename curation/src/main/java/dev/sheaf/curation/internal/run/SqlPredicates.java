package dev.sheaf.curation.internal.run;

import dev.sheaf.curation.step.Predicates;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Version;
import dev.sheaf.query.QueryResult;
import dev.sheaf.query.SqlSession;
import java.util.BitSet;

/** Evaluates conditions by the query engine. */
public final class SqlPredicates implements Predicates {
  private final Dataset dataset;

  /** Creates the evaluation for versions of a dataset. */
  public SqlPredicates(Dataset dataset) {
    this.dataset = dataset;
  }

  @Override
  public BitSet matching(Version version, String condition) {
    BitSet matching = new BitSet();
    // The line end keeps a comment at the end of the condition from hiding the parenthesis.
    String sql = "SELECT _index FROM samples WHERE (" + condition + "\n)";
    try (QueryResult result = SqlSession.open(dataset, version).query(sql)) {
      while (result.nextBatch()) {
        for (int row = 0; row < result.size(); row++) {
          matching.set(((Number) result.value(0, row)).intValue());
        }
      }
    }
    return matching;
  }
}
