package dev.sheaf.query.internal.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.query.tensor.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts JVMs without {@code --add-modules}, as the command is started. */
class VectorModuleTest {
  /** What a JVM printed. */
  private record Printed(String out, String err) {}

  /** Prints which kernels there are. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      boolean possible = VectorModule.isPossible();
      boolean before = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
      Backend best = Backend.best();
      boolean agree =
          KernelSearch.vector()
              .map(kernels -> new SelfCheck(new Kernels(), kernels).agree())
              .orElse(false);
      System.out.print(possible + " " + before + " " + best.name() + " " + agree);
    }
  }

  private static Printed run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classes, Main.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return new Printed(out, err);
  }

  @Test
  void isLoadedLateAndSilently() throws IOException, InterruptedException {
    Printed printed =
        run(
            "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
            "-Dsheaf.tensor.backend=vector");

    assertThat(printed).isEqualTo(new Printed("true false vector true", ""));
  }

  @Test
  void isLeftOutWhereTheJvmDoesNotLetItBeLoaded() throws IOException, InterruptedException {
    assertThat(run("-Dsheaf.tensor.backend=vector"))
        .isEqualTo(new Printed("false false scalar false", ""));
  }
}
