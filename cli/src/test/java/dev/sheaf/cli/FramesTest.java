package dev.sheaf.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.media.Video;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sheaf get --frames}. */
class FramesTest {
  @TempDir Path folder;
  private Media video;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void fill() throws IOException {
    Path clips = Path.of(System.getProperty("sheaf.root", ".."), "testdata", "media", "clips");
    byte[] payload = Files.readAllBytes(clips.resolve("h264-bframes.mp4"));
    video = Media.of(MediaKind.VIDEO, payload, Map.of());
    try (Dataset made = Dataset.create(folder.resolve("a.sheaf"));
        Transaction change = made.begin()) {
      change.append(Row.of().key("one").set("video", video));
      change.append(Row.of().key("two").set("video", video));
      change.commit("Two videos");
    }
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Map<String, String> variables = Map.of("SHEAF_WORKSPACE", "test");
    return Sheaf.run(
        List.of(arguments),
        new Surroundings(new Output(out), new Output(err), false, false, variables, folder));
  }

  @Test
  void savesFramesWithoutLossByTheirNumbers() throws IOException {
    assertThat(run("get", "a.sheaf", "0", "--frames", "video:30:46", "--save", "out")).isZero();
    Tensor clip = Video.of(video).clip(30, 46);
    for (int number = 30; number < 46; number++) {
      Path file = folder.resolve(String.format("out/%06d.png", number));
      BufferedImage image = ImageIO.read(file.toFile());
      assertThat(image.getWidth()).isEqualTo(96);
      for (int y = 0; y < 64; y++) {
        for (int x = 0; x < 96; x++) {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            long at = (((number - 30L) * 64 + y) * 96 + x) * 3 + c;
            rgb = rgb << 8 | ((Long) clip.element(at)).intValue();
          }
          assertThat(image.getRGB(x, y) & 0xffffff).isEqualTo(rgb);
        }
      }
    }
    assertThat(out.toString(UTF_8)).startsWith("wrote out/000030.png  ");
    assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**000046.png");
    // The same again keeps the files.
    assertThat(run("get", "a.sheaf", "0", "--frames", "video:30:32", "--save", "out")).isZero();
  }

  @Test
  void neverWritesOverAnotherPicture() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/000003.png"), "mine");
    assertThat(run("get", "a.sheaf", "0", "--frames", "video:3:4", "--save", "out")).isEqualTo(4);
    assertThat(folder.resolve("out/000003.png")).hasContent("mine");
    assertThat(err.toString(UTF_8)).contains("It exists already");
  }

  @Test
  void tellsTimesWithoutDecoding() {
    assertThat(run("get", "a.sheaf", "1", "--frames", "video:20:22", "--json")).isZero();
    assertThat(out.toString(UTF_8))
        .contains("\"frame_count\":60")
        .contains("{\"number\":20,\"pts\":10240,\"seconds\":0.8,\"key\":true,\"type\":\"I\"")
        .doesNotContain("\"number\":22");
  }

  @Test
  void putsFramesOfSeveralSamplesIntoFolders() {
    assertThat(run("get", "a.sheaf", ":", "--frames", "video:58:", "--save", "out")).isZero();
    assertThat(folder.resolve("out/0/000059.png")).isRegularFile();
    assertThat(folder.resolve("out/1/000058.png")).isRegularFile();
  }

  @Test
  void refusesFramesThatAreNotThere() {
    assertThat(run("get", "a.sheaf", "0", "--frames", "video:50:61", "--save", "out")).isEqualTo(4);
    assertThat(err.toString(UTF_8))
        .contains("SHEAF-NF-010")
        .contains("Frames [50, 61) are not there: the video has 60")
        .contains("Frames are numbered from 0 to 59");
    assertThat(run("get", "a.sheaf", "0", "--frames", "video", "--save", "out")).isEqualTo(2);
    assertThat(run("get", "a.sheaf", "0", "--frames", "clip:0:1")).isEqualTo(4);
    assertThat(run("get", "a.sheaf", "0", "--frames", "_key:0:1")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("Column \"_key\" is utf8, and frames are of media");
  }
}
