package dev.sheaf.curation.internal.exec;

import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Runs one command in a number of processes, started when they are needed and used again. Safe for
 * use by several threads.
 */
public final class Programs implements AutoCloseable {
  private final List<String> command;
  private final Path folder;
  private final Duration patience;
  private final List<Column> inputs;
  private final List<Column> outputs;
  private final Semaphore free;
  private final Deque<Program> idle = new ArrayDeque<>();

  /**
   * Prepares; nothing is started yet.
   *
   * @param command the program and its arguments
   * @param folder where it runs
   * @param patience how long it may take for a batch
   * @param processes how many run at once
   * @param inputs the columns it gets
   * @param outputs the columns it must answer with
   */
  public Programs(
      List<String> command,
      Path folder,
      Duration patience,
      int processes,
      List<Column> inputs,
      List<Column> outputs) {
    this.command = List.copyOf(command);
    this.folder = folder;
    this.patience = patience;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.free = new Semaphore(processes);
  }

  /** Tells whether cells of a type can go to a program and come back. */
  public static boolean isSupported(Type type) {
    return ArrowCells.isSupported(type);
  }

  /** Returns the program's answer, the cells of the outputs for each sample. */
  public List<List<Object>> exchange(List<Sample> batch) {
    free.acquireUninterruptibly();
    try {
      Program program = take();
      boolean whole = false;
      try {
        List<List<Object>> answer = program.exchange(batch, outputs);
        whole = true;
        return answer;
      } finally {
        if (whole) {
          giveBack(program);
        } else {
          program.close();
        }
      }
    } finally {
      free.release();
    }
  }

  private Program take() {
    synchronized (idle) {
      Program waiting = idle.poll();
      if (waiting != null) {
        return waiting;
      }
    }
    return Program.start(command, folder, patience, inputs);
  }

  private void giveBack(Program program) {
    synchronized (idle) {
      idle.push(program);
    }
  }

  @Override
  public void close() {
    List<Program> all = new ArrayList<>();
    synchronized (idle) {
      all.addAll(idle);
      idle.clear();
    }
    all.forEach(Program::close);
  }
}
