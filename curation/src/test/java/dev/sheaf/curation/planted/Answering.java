package dev.sheaf.curation.planted;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/**
 * The other end of an exec step: answers each text with its length. {@code crash:N} ends it at
 * batch N, {@code short} leaves a row out, {@code slow} never answers.
 */
public final class Answering {
  private Answering() {}

  /** Answers until its input ends. */
  public static void main(String[] args) throws IOException, InterruptedException {
    String mood = args.length == 0 ? "" : args[0];
    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader = new ArrowStreamReader(System.in, allocator);
        Float4Vector score = new Float4Vector("score", allocator);
        VectorSchemaRoot answer = VectorSchemaRoot.of(score);
        ArrowStreamWriter writer = new ArrowStreamWriter(answer, null, System.out)) {
      writer.start();
      for (int batch = 0; reader.loadNextBatch(); batch++) {
        System.err.println("batch " + batch);
        if (mood.equals("crash:" + batch)) {
          System.err.println("out of memory, says the model");
          System.exit(3);
        }
        if (mood.equals("slow")) {
          Thread.sleep(600_000);
        }
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        VarCharVector texts = (VarCharVector) root.getVector(0);
        int rows = root.getRowCount() - (mood.equals("short") ? 1 : 0);
        score.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
          if (texts.isNull(row)) {
            score.setNull(row);
          } else {
            score.set(row, (float) texts.getObject(row).getLength());
          }
        }
        score.setValueCount(rows);
        answer.setRowCount(rows);
        writer.writeBatch();
        System.out.flush();
      }
    }
  }
}
