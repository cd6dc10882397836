package dev.sheaf.curation.internal.exec;

import dev.sheaf.format.Column;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Sample;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A running program that answers every Arrow record batch on its standard input with one on its
 * standard output, row for row. One thread at a time.
 */
final class Program implements AutoCloseable {
  private static final int TAIL = 4096;
  private static final int SHOWN = 100;

  private final List<String> command;
  private final Duration patience;
  private final Process process;
  private final BufferAllocator allocator = new RootAllocator();
  private final OutputStream in;
  private final VectorSchemaRoot sent;
  private final ArrowStreamWriter writer;
  private final ArrowStreamReader reader;
  private final Tail printed;
  private boolean broken;

  private Program(List<String> command, Duration patience, Process process, List<Column> inputs) {
    this.command = command;
    this.patience = patience;
    this.process = process;
    this.sent =
        VectorSchemaRoot.create(
            new Schema(inputs.stream().map(ArrowCells::field).toList()), allocator);
    this.in = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
    this.writer = new ArrowStreamWriter(sent, null, in);
    this.reader = new ArrowStreamReader(process.getInputStream(), allocator);
    this.printed = new Tail(process.getErrorStream());
  }

  /**
   * Starts a program.
   *
   * @param folder where it runs
   * @param patience how long it may take for a batch
   */
  static Program start(List<String> command, Path folder, Duration patience, List<Column> inputs) {
    try {
      Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
      return new Program(command, patience, process, inputs);
    } catch (IOException e) {
      throw new InvalidInputException(
          "SHEAF-RCP-005",
          "Cannot start \"" + command.get(0) + "\": " + e.getMessage(),
          Location.of(folder),
          "Name a program that is installed, by its path or on PATH",
          e);
    }
  }

  /**
   * Sends a batch and returns the answer, a list of cells for each sample.
   *
   * @throws InvalidInputException if the program ends, takes too long or answers something else;
   *     the message has what it printed
   */
  List<List<Object>> exchange(List<Sample> batch, List<Column> outputs) {
    for (FieldVector vector : sent.getFieldVectors()) {
      ArrowCells.fill(vector, batch);
    }
    sent.setRowCount(batch.size());
    AtomicBoolean answered = new AtomicBoolean();
    AtomicBoolean late = new AtomicBoolean();
    CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (!answered.get()) {
                late.set(true);
                process.destroyForcibly();
              }
            });
    // The program may answer before it has read everything; then both pipes would be full.
    CompletableFuture<Void> writing = CompletableFuture.runAsync(this::write);
    try {
      if (!reader.loadNextBatch()) {
        throw failed(batch, late.get() ? late() : "ended without an answer", null);
      }
      List<List<Object>> answer = read(batch, outputs);
      writing.join();
      return answer;
    } catch (IOException | RuntimeException e) {
      if (e instanceof InvalidInputException) {
        throw (InvalidInputException) e;
      }
      Throwable cause = e instanceof CompletionException ? e.getCause() : e;
      String what = late.get() ? late() : "failed";
      throw failed(batch, what, cause);
    } finally {
      answered.set(true);
    }
  }

  private String late() {
    return "did not answer within " + patience.toSeconds() + " s";
  }

  private String shownCommand() {
    String all = String.join(" ", command);
    return all.length() <= SHOWN ? all : all.substring(0, SHOWN) + "…";
  }

  private void write() {
    try {
      writer.start();
      writer.writeBatch();
      in.flush(); // ArrowStreamWriter does not; the program would wait for the rest
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private List<List<Object>> read(List<Sample> batch, List<Column> outputs) throws IOException {
    VectorSchemaRoot root = reader.getVectorSchemaRoot();
    if (root.getRowCount() != batch.size()) {
      String rows = root.getRowCount() + " rows for " + batch.size();
      throw failed(batch, "answered " + rows, null);
    }
    List<FieldVector> vectors = new ArrayList<>();
    for (Column column : outputs) {
      FieldVector vector = root.getVector(column.name());
      if (vector == null) {
        List<String> names = root.getFieldVectors().stream().map(FieldVector::getName).toList();
        String headline = "answered without the column \"" + column.name() + "\", with " + names;
        throw failed(batch, headline, null);
      }
      vectors.add(vector);
    }
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      List<Object> cells = new ArrayList<>();
      for (int i = 0; i < vectors.size(); i++) {
        try {
          cells.add(ArrowCells.read(vectors.get(i), row, outputs.get(i).type()));
        } catch (IllegalArgumentException e) {
          throw failed(
              batch, "answered column \"" + outputs.get(i).name() + "\": " + e.getMessage(), e);
        }
      }
      rows.add(cells);
    }
    return rows;
  }

  private InvalidInputException failed(List<Sample> batch, String what, Throwable cause) {
    broken = true;
    process.destroy();
    String end = "";
    try {
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        end = " (exit code " + process.exitValue() + ")";
      } else {
        process.destroyForcibly();
      }
      printed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long first = batch.get(0).index();
    long last = batch.get(batch.size() - 1).index();
    String tail = printed.text();
    String detail = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    String headline = "\"" + shownCommand() + "\" " + what + detail + end;
    return new InvalidInputException(
        "SHEAF-RCP-005",
        headline + (tail.isEmpty() ? "; it printed nothing" : "; it printed: " + tail),
        Location.NONE.with("samples", first + " to " + last),
        "Other batches are kept; correct the program and run the recipe again",
        cause);
  }

  @Override
  public void close() {
    try {
      if (!broken) {
        writer.close(); // says that nothing more comes, and closes the pipe
        broken = !process.waitFor(5, TimeUnit.SECONDS);
      }
      if (broken) {
        process.destroyForcibly();
      }
      reader.close();
    } catch (IOException e) {
      process.destroyForcibly(); // all answers are here; how it ends does not matter any more
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      sent.close();
      allocator.close();
    }
  }

  /** Reads what a program prints on its standard error and keeps the end. */
  private static final class Tail {
    private final byte[] kept = new byte[TAIL];
    private final Thread thread;
    private long read;

    Tail(InputStream in) {
      thread = new Thread(() -> drain(in), "stderr of an exec step");
      thread.setDaemon(true);
      thread.start();
    }

    private void drain(InputStream in) {
      byte[] buffer = new byte[1024];
      try (in) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          add(buffer, n);
        }
      } catch (IOException e) {
        add("(its messages could not be read)".getBytes(StandardCharsets.UTF_8), 32);
      }
    }

    private synchronized void add(byte[] bytes, int count) {
      for (int i = 0; i < count; i++) {
        kept[(int) (read++ % TAIL)] = bytes[i];
      }
    }

    void await() throws InterruptedException {
      thread.join(2000);
    }

    synchronized String text() {
      int length = (int) Math.min(read, TAIL);
      byte[] ordered = new byte[length];
      for (int i = 0; i < length; i++) {
        ordered[i] = kept[(int) ((read - length + i) % TAIL)];
      }
      String text = new String(ordered, StandardCharsets.UTF_8).strip();
      List<String> lines = Arrays.asList(text.split("\\R"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
  }
}
