package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.UsageException;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.name.Workspace;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.ingest.IngestPlan;
import dev.sheaf.format.ingest.IngestReport;
import dev.sheaf.format.ingest.KeyPolicy;
import dev.sheaf.format.ingest.OnError;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings sources in, or up to date. */
final class IngestCommand extends Command {
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://");
  private static final Pattern SHARD = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

  @Override
  void define(Options options) {
    options
        .example("sheaf ingest images pets.sheaf -m 'First pets'", "Bring a folder of images in")
        .example(
            "sheaf ingest captions.jsonl pets.sheaf --dry-run", "Show what a table would become")
        .synopsis("SOURCE... DATASET")
        .about(
            "Brings folders of images, video, audio and text with what lies beside them, tables "
                + "(JSONL, JSON, CSV, TSV, Parquet, Arrow), chat sets, WebDataset tars, MDS shards, "
                + "COCO annotations, arrays (NumPy, safetensors, HDF5) and zips into a dataset, "
                + "which is made if it is missing, and commits. The same source again adds nothing; a "
                + "changed file updates its sample; nothing is deleted. An interrupted "
                + "ingest is repeated by running it again.")
        .value("TEXT", "The commit message", "-m", "--message")
        .value("NAME", "Commit to this branch (the current one)", "-b", "--branch")
        .value("KEY", "What names a sample: relpath, hash, row or column:NAME", "--key")
        .value(
            "WHERE", "Where the label of a file comes from: folder, name or none", "--label-from")
        .value(
            "FORMAT",
            "What the sources are: folder, images, video, audio, text, lines, jsonl, json, csv, "
                + "tsv, parquet, arrow, webdataset, zip, npy, npz, safetensors, hdf5, mds, coco",
            "--format")
        .value(
            "DIR",
            "Where relative file names in table cells start, beside the table's own folder",
            "--media-root")
        .flag(
            "Keep payloads where they are and store checked references; sheaf absorb copies them"
                + " in later",
            "--link")
        .repeated(
            "NAME=DIR",
            "With --link: a folder that references begin at, and its name in the dataset (each"
                + " source's own)",
            "--link-root")
        .value("fail|skip", "What to do with an item that cannot be taken (fail)", "--on-error")
        .flag("Read files even if size and time say unchanged", "--checksum")
        .flag("Show columns, row count and a sample row; write nothing", "--dry-run")
        .value("ID", "A name for this ingest: the same one again changes nothing", "--txn")
        .value("N", "How many threads read (all cores)", "--threads")
        .value("i/N", "Only part i of N, from 1, for several machines at once", "--shard")
        .committing();
  }

  @Override
  int run() {
    Target target = lastTarget();
    if (target.rest().isEmpty()) {
      throw usage("No source is named", "Name one: sheaf ingest SOURCE " + target.shown());
    }
    if (!target.name().view().isEmpty()) {
      throw usage("A view cannot be ingested into", "Leave :" + target.name().view() + " out");
    }
    refuseDatasets(target);
    String branch = branch(target);
    Ingest ingest = configured(target, branch);
    IngestText text = new IngestText(this, target);
    if (options().has("--dry-run")) {
      IngestPlan plan;
      try (ProgressLine progress = progress()) {
        plan = ingest.progress(progress).plan();
      }
      text.write(plan);
    } else {
      IngestReport report;
      try (ProgressLine progress = progress()) {
        report = ingest.progress(progress).run();
      }
      try (Dataset dataset = Dataset.open(target.path())) {
        text.write(report, dataset, branch.isEmpty() ? dataset.defaultBranch() : branch);
      }
    }
    return 0;
  }

  /** The chunks of a dataset look like tables, so that a mistake would come far. */
  private void refuseDatasets(Target target) {
    for (String source : target.rest()) {
      Path path = surroundings().path(source);
      if (Files.isDirectory(path.resolve("git")) && Files.isDirectory(path.resolve("chunks"))) {
        throw usage(
            "\"" + source + "\" is a dataset, not a source",
            "Name a folder of media or texts, a table or an archive");
      }
    }
  }

  /** What the library finds wrong with an option is a mistake on the command line. */
  private Ingest configured(Target target, String branch) {
    try {
      List<Path> sources = target.rest().stream().map(this::source).toList();
      Ingest ingest =
          Ingest.from(sources).into(target.path()).command(commandLine()).checks(checkPolicy());
      if (!branch.isEmpty()) {
        ingest.branch(branch);
      }
      set("--message", ingest::message);
      set("--key", key -> ingest.key(KeyPolicy.parse(key)));
      set("--label-from", ingest::labelFrom);
      set("--format", ingest::format);
      set("--media-root", folder -> ingest.mediaRoot(surroundings().path(folder)));
      set("--on-error", what -> ingest.onError(onError(what)));
      set("--txn", ingest::transactionId);
      set("--shard", part -> shard(ingest, part));
      if (options().has("--threads")) {
        ingest.threads((int) Math.min(Integer.MAX_VALUE, options().number("--threads", 1, 1)));
      }
      if (options().has("--link")) {
        ingest.link();
      }
      for (String root : options().all("--link-root")) {
        linkRoot(ingest, root);
      }
      if (options().has("--checksum")) {
        ingest.checksum();
      }
      return ingest;
    } catch (InvalidInputException e) {
      throw new UsageException("SHEAF-CLI-002", e.headline(), e.hint());
    }
  }

  private void set(String option, Consumer<String> setter) {
    if (options().has(option)) {
      setter.accept(options().value(option));
    }
  }

  /** Takes a path, or a URI of a file; nothing is fetched from elsewhere. */
  private Path source(String text) {
    if (text.startsWith("file:")) {
      try {
        return Path.of(URI.create(text)).normalize();
      } catch (IllegalArgumentException | FileSystemNotFoundException e) {
        throw usage("\"" + text + "\" is no file", "As in file:///data/pets, or give the path");
      }
    }
    if (ADDRESS.matcher(text).lookingAt()) {
      throw usage(
          "\"" + text + "\" is an address, and nothing is fetched",
          "Bring it here first (curl -O, aws s3 cp), then ingest the file");
    }
    return surroundings().path(text);
  }

  private void linkRoot(Ingest ingest, String root) {
    int equals = root.indexOf('=');
    if (equals <= 0 || equals == root.length() - 1) {
      throw usage("--link-root is \"" + root + "\"", "Give NAME=DIR, as in media=/data/media");
    }
    ingest.linkRoot(root.substring(0, equals), surroundings().path(root.substring(equals + 1)));
  }

  private void shard(Ingest ingest, String part) {
    Matcher shard = SHARD.matcher(part);
    if (!shard.matches()) {
      throw usage("--shard is \"" + part + "\"", "Give i/N, as in 1/4 to 4/4");
    }
    ingest.shard(Integer.parseInt(shard.group(1)), Integer.parseInt(shard.group(2)));
  }

  private OnError onError(String what) {
    return switch (what) {
      case "fail" -> OnError.FAIL;
      case "skip" -> OnError.SKIP;
      default -> throw usage("--on-error is \"" + what + "\"", "Give fail or skip");
    };
  }

  /** Returns the branch to commit to, or the empty string for a new dataset's default. */
  private String branch(Target target) {
    String rev = target.name().rev();
    String chosen = options().value("--branch");
    if (chosen != null && !rev.isEmpty() && !rev.equals(chosen)) {
      throw usage("Two branches are named: " + rev + " and " + chosen, "Leave one out");
    }
    if (chosen != null || !rev.isEmpty()) {
      return chosen != null ? chosen : rev;
    }
    if (!Files.isDirectory(target.path())) {
      return "";
    }
    try (Dataset dataset = Dataset.open(target.path())) {
      Workspace workspace = Workspace.of(target.path(), surroundings().variables());
      if (workspace.detached().isPresent()) {
        throw usage(
            "This workspace looks at version " + workspace.detached().get() + ", on no branch",
            "Name a branch with --branch; or end the search: sheaf bisect reset " + target.shown());
      }
      return Opened.current(dataset, workspace);
    }
  }
}
