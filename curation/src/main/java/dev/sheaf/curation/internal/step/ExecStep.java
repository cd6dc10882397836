package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.exec.Programs;
import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.internal.recipe.StepType;
import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Column;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs any program over Arrow IPC on its standard input and output. */
final class ExecStep implements Step {
  static final StepType TYPE =
      new StepType(
          "exec",
          "Runs any program: Arrow record batches in, Arrow record batches out.",
          "command",
          List.of(
              Parameter.texts("command", "the program and its arguments").asRequired(),
              Parameter.texts("input", "the columns it gets").asRequired(),
              Parameter.nested("output", "the columns it answers with: {name: type}").asRequired(),
              Parameter.text(
                  "version", "1", "change it to run again although no input has changed"),
              Parameter.integer("processes", 1, 1, 64, "how many run at once"),
              Parameter.integer("timeout", 600, 1, 86_400, "seconds that a batch may take")),
          ExecStep::new);

  private final String id;
  private final List<String> input;
  private final List<Column> outputs;
  private final String code;
  private final Programs programs;

  private ExecStep(Settings settings, Setting setting) {
    id = setting.id();
    List<String> command = settings.texts("command");
    if (command.isEmpty()) {
      throw settings.error("command", "The command is empty", "Write command: [python3, x.py]");
    }
    input =
        settings.columns(
            "input",
            setting,
            "text, media, bytes, numbers or float32 tensors of a fixed shape",
            Programs::isSupported);
    List<Column> inputs = input.stream().map(setting.schema()::column).toList();
    outputs = outputs(settings);
    code =
        "exec/1 "
            + command
            + " "
            + scripts(command, setting.folder())
            + " "
            + settings.text("version")
            + " "
            + outputs.stream().map(Column::type).toList();
    programs =
        new Programs(
            command,
            setting.folder().toAbsolutePath(),
            Duration.ofSeconds(settings.integer("timeout")),
            Math.toIntExact(settings.integer("processes")),
            inputs,
            outputs);
  }

  private List<Column> outputs(Settings settings) {
    List<Column> columns = new ArrayList<>();
    Yaml output = settings.nested("output").orElseThrow();
    output
        .map()
        .forEach(
            (name, value) -> {
              Type type;
              try {
                type = Type.parse(value.text());
              } catch (DatasetException e) {
                throw value.error(e.headline(), "Write float32, utf8, tensor<float32, [512]> …");
              }
              if (!Programs.isSupported(type) || type instanceof Type.Media) {
                throw value.error(
                    type + " cannot come from a program", "Use a number, text or tensor");
              }
              columns.add(Columns.derived(name, type, input, "exec/1"));
            });
    if (columns.isEmpty()) {
      throw output.error("No output is named", "Write output: {score: float32}");
    }
    return columns;
  }

  /** Scripts named in the command are part of the code: an edited one runs again. */
  private static String scripts(List<String> command, Path folder) {
    StringBuilder digests = new StringBuilder();
    for (String word : command) {
      Path file = folder.resolve(word);
      try {
        if (Files.isRegularFile(file) && Files.size(file) < 1 << 20) {
          digests.append(
              dev.sheaf.curation.internal.digest.InputDigest.ofText(
                  new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return digests.toString();
  }

  @Override
  public List<String> inputs() {
    return input;
  }

  @Override
  public String featureCode() {
    return code;
  }

  @Override
  public List<Feature> features(List<Sample> batch) {
    return programs.exchange(batch).stream().map(cells -> Feature.of(bytes(cells))).toList();
  }

  @Override
  public List<Column> outputs() {
    return outputs;
  }

  @Override
  public Outcome decide(Rows rows) {
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    Object[][] cells = new Object[outputs.size()][rows.size()];
    for (int row = 0; row < rows.size(); row++) {
      List<Object> values = values(rows.feature(row).bytes());
      for (int i = 0; i < cells.length; i++) {
        cells[i][row] = values.get(i);
      }
    }
    for (int i = 0; i < cells.length; i++) {
      outcome.column(outputs.get(i).name(), cells[i]);
    }
    return outcome.build();
  }

  private static byte[] bytes(List<Object> cells) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Object cell : cells) {
        write(out, cell);
      }
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Object cell) throws IOException {
    if (cell == null) {
      out.writeByte('0');
    } else if (cell instanceof Boolean truth) {
      out.writeByte('b');
      out.writeBoolean(truth);
    } else if (cell instanceof Long number) {
      out.writeByte('l');
      out.writeLong(number);
    } else if (cell instanceof Float number) {
      out.writeByte('f');
      out.writeFloat(number);
    } else if (cell instanceof Double number) {
      out.writeByte('d');
      out.writeDouble(number);
    } else if (cell instanceof String text) {
      out.writeByte('s');
      put(out, text.getBytes(StandardCharsets.UTF_8));
    } else if (cell instanceof Tensor tensor) {
      out.writeByte('t');
      put(out, Numbers.toBytes(tensor.toFloats()));
    } else {
      ByteBuffer buffer = ((ByteBuffer) cell).duplicate();
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(copy);
      out.writeByte('x');
      put(out, copy);
    }
  }

  private static void put(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private List<Object> values(byte[] bytes) {
    List<Object> values = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (Column column : outputs) {
        values.add(read(in, column.type()));
      }
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return values;
  }

  private static Object read(DataInputStream in, Type type) throws IOException {
    char kind = (char) in.readByte();
    return switch (kind) {
      case '0' -> null;
      case 'b' -> in.readBoolean();
      case 'l' -> in.readLong();
      case 'f' -> in.readFloat();
      case 'd' -> in.readDouble();
      case 's' -> new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      case 't' ->
          Tensor.ofFloats(
              Numbers.floats(in.readNBytes(in.readInt())), ((Type.Tensor) type).shape().dims());
      case 'x' -> ByteBuffer.wrap(in.readNBytes(in.readInt())).asReadOnlyBuffer();
      default -> throw new IOException("unknown kind " + kind);
    };
  }

  @Override
  public void close() {
    programs.close();
  }
}
