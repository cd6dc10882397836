package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Table;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.Version;
import java.util.List;

/** Lists the files of a version. */
final class FilesCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf files pets.sheaf", "List the chunk files of the current version")
        .example(
            "sheaf files pets.sheaf@v1 --json", "With order, deletes and layers, for other readers")
        .synopsis("[DATASET]")
        .about(
            "Lists the Arrow files that make up a version. With --json: in the "
                + "order of the samples, with deletes and layers, so that any Arrow "
                + "reader can read the whole version; see docs/format-spec.md.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      Version version = opened.version();
      if (json()) {
        out().line(opened.dataset().filesJson(version));
        return 0;
      }
      Table table = new Table("file", "role", ">bytes");
      List<ChunkInfo> chunks = opened.dataset().chunks(version);
      for (ChunkInfo chunk : chunks) {
        String size = chunk.bytes() < 0 ? "missing" : Amounts.count(chunk.bytes());
        table.row(path(chunk), chunk.role(), size);
      }
      if (chunks.isEmpty()) {
        note("no chunk files: small layers lie in the Git tree itself; --json lists them");
      } else {
        // Names are long and made for copying: never cut.
        table.writeTo(out(), style(), Integer.MAX_VALUE);
      }
    }
    return 0;
  }

  private static String path(ChunkInfo chunk) {
    return "chunks/" + chunk.id().substring(0, 2) + "/" + chunk.id() + ".arrow";
  }
}
