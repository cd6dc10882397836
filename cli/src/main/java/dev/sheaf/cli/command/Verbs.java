package dev.sheaf.cli.command;

import dev.sheaf.format.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The verbs, in the order in which help lists them. */
final class Verbs {
  /** How wide the column of the verbs is. */
  private static final int WIDEST = 15;

  /** Verb and summary in turn; an empty verb begins a group. */
  private static final List<String> LISTED =
      List.of(
          "",
          "Fill",
          "init",
          "Make an empty dataset",
          "ingest",
          "Bring folders of images and tables in, or up to date",
          "absorb",
          "Copy linked payloads in",
          "concat",
          "Add the samples of other datasets",
          "",
          "Look",
          "info",
          "Say how much there is, by column",
          "schema",
          "List the columns and their types",
          "get",
          "Read samples by position, range, key or identity",
          "head",
          "Show the first samples as a table",
          "origin",
          "Say where samples come from, and what changed them",
          "files",
          "List the Arrow files of a version, for other readers",
          "",
          "Hand over",
          "export",
          "Write a version for other tools: webdataset, parquet, mds …",
          "",
          "Ask",
          "sql",
          "Query samples in SQL, tensors included",
          "view",
          "Make, refresh, list, show or drop views",
          "",
          "Curate",
          "curate",
          "Run a recipe: tag, filter, dedupe, balance, embed",
          "why",
          "Say why a sample was kept or dropped",
          "what-if",
          "Say what another threshold would select",
          "rescue",
          "Take dropped samples back",
          "taxonomy",
          "Report how well tags cover a taxonomy",
          "look",
          "Write a page to look at samples and label them",
          "",
          "Train",
          "load",
          "Load samples as a training run does, and say how fast",
          "",
          "Edit",
          "set",
          "Set cells of samples",
          "apply",
          "Set cells from a file of edits",
          "delete",
          "Delete samples",
          "add-column",
          "Add a column",
          "drop-column",
          "Drop columns",
          "rename-column",
          "Give a column another name",
          "status",
          "Show the edits that wait to be committed",
          "commit",
          "Commit the edits that wait",
          "restore",
          "Drop edits that wait",
          "check",
          "Keep queries that refuse commits, and run them",
          "",
          "Versions",
          "log",
          "List the versions",
          "show",
          "Say what one version changed",
          "diff",
          "Say what differs between two versions",
          "branch",
          "List, make or delete branches",
          "switch",
          "Work on another branch",
          "tag",
          "List, make or delete tags",
          "reset",
          "Move a branch to another version",
          "reflog",
          "List where a branch has been",
          "blame",
          "Say which commit gave a sample its cells",
          "bisect",
          "Find the version that brought something in",
          "merge",
          "Bring the changes of another version in, cell by cell",
          "conflicts",
          "List what a merge could not decide",
          "resolve",
          "Decide a conflict",
          "cherry-pick",
          "Repeat what one commit changed",
          "revert",
          "Undo what one commit changed",
          "",
          "House",
          "fsck",
          "Check that nothing is damaged",
          "clone",
          "Copy a dataset with all its versions",
          "compact",
          "Fold the layers that edits left",
          "expire",
          "Forget old versions",
          "gc",
          "Remove what no version needs",
          "purge",
          "Remove a sample from every version, for good",
          "demo",
          "Run the whole job on the samples that come with Sheaf");

  private Verbs() {}

  /** Returns a fresh command for a verb. A plain switch: a table of lambdas costs start-up time. */
  static Optional<Command> create(String verb) {
    return Optional.ofNullable(
        switch (verb) {
          case "init" -> new InitCommand();
          case "ingest" -> new IngestCommand();
          case "absorb" -> new AbsorbCommand();
          case "concat" -> new ConcatCommand();
          case "info" -> new InfoCommand();
          case "schema" -> new SchemaCommand();
          case "get" -> new GetCommand();
          case "head" -> new HeadCommand();
          case "files" -> new FilesCommand();
          case "origin" -> new OriginCommand();
          case "export" -> new ExportCommand();
          case "sql" -> new SqlCommand();
          case "view" -> new ViewCommand();
          case "load" -> new LoadCommand();
          case "curate" -> new CurateCommand();
          case "why" -> new WhyCommand();
          case "what-if" -> new WhatIfCommand();
          case "rescue" -> new RescueCommand();
          case "taxonomy" -> new TaxonomyCommand();
          case "look" -> new LookCommand();
          case "set" -> new SetCommand();
          case "apply" -> new ApplyCommand();
          case "delete" -> new DeleteCommand();
          case "add-column" -> new AddColumnCommand();
          case "drop-column" -> new DropColumnCommand();
          case "rename-column" -> new RenameColumnCommand();
          case "status" -> new StatusCommand();
          case "commit" -> new CommitCommand();
          case "restore" -> new RestoreCommand();
          case "check" -> new CheckCommand();
          case "log" -> new LogCommand();
          case "show" -> new ShowCommand();
          case "diff" -> new DiffCommand();
          case "branch" -> new BranchCommand();
          case "switch" -> new SwitchCommand();
          case "tag" -> new TagCommand();
          case "reset" -> new ResetCommand();
          case "reflog" -> new ReflogCommand();
          case "blame" -> new BlameCommand();
          case "bisect" -> new BisectCommand();
          case "merge" -> new MergeCommand(Merge.Kind.MERGE);
          case "revert" -> new MergeCommand(Merge.Kind.REVERT);
          case "cherry-pick" -> new MergeCommand(Merge.Kind.CHERRY_PICK);
          case "conflicts" -> new ConflictsCommand();
          case "resolve" -> new ResolveCommand();
          case "fsck" -> new FsckCommand();
          case "clone" -> new CloneCommand();
          case "compact" -> new CompactCommand();
          case "expire" -> new ExpireCommand();
          case "gc" -> new GcCommand();
          case "purge" -> new PurgeCommand();
          case "demo" -> new DemoCommand();
          default -> null;
        });
  }

  /** Returns the names of the verbs. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < LISTED.size(); i += 2) {
      if (!LISTED.get(i).isEmpty()) {
        names.add(LISTED.get(i));
      }
    }
    return names;
  }

  /** Returns the text of {@code sheaf --help}. */
  static String help() {
    StringBuilder help = new StringBuilder();
    help.append(
        """
        Examples:
          sheaf ingest images pets.sheaf     Make a dataset from a folder of images
          sheaf get pets.sheaf 17            Read sample 17 of it

        Usage: sheaf VERB [DATASET] [ARGUMENTS] [OPTIONS]

        Sheaf keeps one versioned copy of a multimodal training set, and reads any sample by index.

        DATASET is PATH.sheaf[@REV][:VIEW]; inside a .sheaf folder, or with -C, it may be left out.
        """);
    for (int i = 0; i < LISTED.size(); i += 2) {
      String verb = LISTED.get(i);
      String summary = LISTED.get(i + 1);
      if (verb.isEmpty()) {
        help.append('\n').append(summary).append(":\n");
      } else {
        help.append("  ").append(verb).append(" ".repeat(WIDEST - verb.length()));
        help.append(summary).append('\n');
      }
    }
    help.append(
        """

        With every verb:
          --json       Write the result as JSON, the stable interface
          -q, --quiet  Say nothing but the result
          -C DIR       Work in this folder
          --no-color   Use no colour
          --debug      Show the stack trace of an error
          -h, --help   Explain the verb

        sheaf --version says which version this is. Start here: sheaf demo
        """);
    return help.toString();
  }
}
