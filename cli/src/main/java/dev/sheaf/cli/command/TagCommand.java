package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.CommitInfo;
import java.util.ArrayList;
import java.util.List;

/** Lists, makes and deletes tags. */
final class TagCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf tag pets.sheaf v1", "Name the current version v1 for good")
        .example("sheaf tag pets.sheaf v0 main~3", "Name an earlier one")
        .synopsis("[DATASET] [NAME [REV]]")
        .about("Lists the tags; makes one; or deletes one. A tag stays at its version.")
        .value("NAME", "Delete a tag", "-d", "--delete");
  }

  @Override
  int run() {
    Target target = target();
    String deleted = options().value("--delete");
    refuseMore(target, deleted == null ? 2 : 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      if (deleted != null) {
        CommitInfo last = opened.dataset().at("refs/tags/" + deleted).commit();
        opened.dataset().deleteTag(deleted);
        if (json()) {
          print(Json.object("deleted", deleted, "commit", last.id()));
        } else if (!quiet()) {
          out().line("Deleted tag " + deleted + " (was " + Commits.brief(last) + ")");
        }
      } else if (!target.rest().isEmpty()) {
        create(opened, target.rest());
      } else {
        list(opened);
      }
    }
    return 0;
  }

  private void create(Opened opened, List<String> rest) {
    String name = rest.get(0);
    String rev = rest.size() > 1 ? opened.absolute(rest.get(1)) : opened.rev();
    opened.dataset().createTag(name, rev);
    CommitInfo commit = opened.dataset().at("refs/tags/" + name).commit();
    if (json()) {
      print(Json.object("created", name, "commit", commit.id()));
    } else if (!quiet()) {
      out().line("Made tag " + name + " at " + Commits.brief(commit));
    }
  }

  private void list(Opened opened) {
    List<Object> tags = new ArrayList<>();
    int widest = opened.dataset().tags().stream().mapToInt(Text::width).max().orElse(0);
    for (String tag : opened.dataset().tags()) {
      CommitInfo commit = opened.dataset().at("refs/tags/" + tag).commit();
      if (json()) {
        tags.add(Json.object("name", tag, "commit", commit.id(), "subject", commit.subject()));
      } else {
        String tail = " " + Commits.brief(commit) + " " + Text.visible(commit.subject());
        out().line(Text.pad(tag, widest) + tail);
      }
    }
    if (json()) {
      print(tags);
    }
  }
}
