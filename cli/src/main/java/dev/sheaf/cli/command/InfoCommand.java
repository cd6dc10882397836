package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Table;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.LinkInfo;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says how much there is. */
final class InfoCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf info pets.sheaf", "Say how much there is, by column")
        .example("sheaf info pets.sheaf@dev --json", "The same of another branch, for programs")
        .synopsis("[DATASET]")
        .about("Says how many samples, columns, chunks and bytes a version has.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      Version version = opened.version();
      List<ChunkInfo> chunks = opened.dataset().chunks(version);
      long bytes = 0;
      long missing = 0;
      for (ChunkInfo chunk : chunks) {
        bytes += Math.max(0, chunk.bytes());
        missing += chunk.bytes() < 0 ? 1 : 0;
      }
      if (json()) {
        printJson(opened, version, chunks.size(), bytes);
      } else {
        printText(opened, version, chunks.size(), bytes);
      }
      if (missing > 0) {
        note(
            "warning: "
                + Amounts.count(missing, "chunk")
                + " missing; run sheaf fsck "
                + target.shown());
      }
    }
    return 0;
  }

  private void printJson(Opened opened, Version version, long chunks, long bytes) {
    List<Object> columns = new ArrayList<>();
    for (Column column : version.schema()) {
      if (!ColumnFacts.isOwn(column)) {
        Map<String, Object> facts = ColumnFacts.json(column);
        facts.put("bytes", version.columnBytes(column.name()));
        columns.add(facts);
      }
    }
    print(
        Json.object(
            "dataset",
            opened.dataset().path().toString(),
            "rows",
            version.size(),
            "columns",
            columns,
            "branch",
            opened.branch().isEmpty() ? null : opened.branch(),
            "commit",
            version.commit().id(),
            "tree",
            version.commit().tree(),
            "chunks",
            chunks,
            "bytes",
            bytes,
            "links",
            opened.dataset().links(version).stream()
                .map(
                    link ->
                        Json.object(
                            "root", link.root(),
                            "folder", link.folder().toString(),
                            "present", link.present(),
                            "bytes", link.bytes()))
                .toList()));
  }

  private void printText(Opened opened, Version version, long chunks, long bytes) {
    CommitInfo commit = version.commit();
    String on = opened.branch().isEmpty() ? opened.rev() : "branch " + opened.branch();
    out()
        .line(style().strong(String.valueOf(opened.dataset().path().getFileName())))
        .line("  version  " + style().name(Commits.brief(commit)) + "  " + on)
        .line("  message  " + Text.cut(Text.visible(commit.subject()), width() - 11))
        .line("  samples  " + Amounts.count(version.size()))
        .line("  stored   " + Amounts.bytes(bytes) + " in " + Amounts.count(chunks, "chunk"));
    for (LinkInfo link : opened.dataset().links(version)) {
      out()
          .line(
              "  linked   "
                  + Amounts.bytes(link.bytes())
                  + " in "
                  + Text.visible(link.root())
                  + ": "
                  + Text.visible(link.folder().toString())
                  + (link.present() ? "" : " (not here)"));
    }
    Table table = new Table("column", "type", ">bytes");
    int columns = 0;
    for (Column column : version.schema()) {
      if (!ColumnFacts.isOwn(column)) {
        String size = Amounts.bytes(version.columnBytes(column.name()));
        table.row(column.name(), column.type().toString(), size);
        columns++;
      }
    }
    if (columns > 0) {
      out().line("");
      table.writeTo(out(), style(), width());
    }
  }
}
