package dev.sheaf.format.ingest;

import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.Location;
import dev.sheaf.format.Progress;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.LabelRule;
import dev.sheaf.format.internal.source.SourceFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Brings files into a dataset: folders of images, video, audio and text with what lies beside them,
 * metadata folders, JSON Lines, JSON, CSV, TSV, Parquet, Arrow IPC and Feather, chat and
 * instruction sets, WebDataset tars, MDS shards, COCO annotations, NumPy, safetensors and HDF5
 * files, zips of all these. What a source is is found out; {@code docs/ingest.md} says what becomes
 * of each.
 *
 * <p>Table cells that name media files become media columns. The same source again adds nothing; a
 * changed file updates its sample; an interrupted ingest is repeated without reading again what was
 * staged.
 *
 * <p>A builder: set what differs from the defaults, then {@link #run} or {@link #plan}. Not safe
 * for use by several threads.
 */
public final class Ingest {
  final List<Path> sources;
  Path dataset;
  String branch;
  String message = "";
  String command = "";
  KeyPolicy key = KeyPolicy.DEFAULT;
  LabelRule label;
  SourceFormat format;
  String transactionId;
  boolean checksum;
  CheckPolicy checks = CheckPolicy.ENFORCE;
  OnError onError = OnError.FAIL;
  int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
  int shard = 1;
  int shards = 1;
  Path mediaRoot;
  boolean link;
  final Map<String, Path> linkRoots = new LinkedHashMap<>();
  Progress progress = Progress.NONE;

  private Ingest(List<Path> sources) {
    this.sources = List.copyOf(sources);
    if (sources.isEmpty()) {
      throw InputErrors.of(
          50,
          "No source is given",
          Location.NONE,
          "Name a folder of media or texts, a table or an archive");
    }
  }

  /**
   * Begins with the files and folders to take, in this order. Braces in the name of a file that is
   * not there stand for several: {@code shard-{000..009}.tar}, {@code {train,val}.tar}.
   */
  public static Ingest from(List<Path> sources) {
    return new Ingest(sources);
  }

  /** Begins with one file or folder. */
  public static Ingest from(Path source) {
    return new Ingest(List.of(source));
  }

  /** Sets the dataset, which is made if it does not exist. */
  public Ingest into(Path path) {
    this.dataset = Objects.requireNonNull(path, "path");
    return this;
  }

  /** Sets the branch; the default branch without it. */
  public Ingest branch(String name) {
    this.branch = Objects.requireNonNull(name, "name");
    return this;
  }

  /** Sets the commit message; one that names the sources without it. */
  public Ingest message(String text) {
    this.message = Objects.requireNonNull(text, "text");
    return this;
  }

  /** Sets how samples get their keys. */
  public Ingest key(KeyPolicy policy) {
    this.key = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Sets where the label of an image comes from: {@code folder} (the folder it lies in; the
   * default), {@code name} or {@code none}. By {@code name}: what follows a WordNet id and {@code
   * _} ({@code n03325584_feather_boa.JPEG} is {@code feather_boa}), else what stands before the
   * first digit ({@code great_dane-12.jpg} is {@code great_dane}).
   */
  public Ingest labelFrom(String rule) {
    for (LabelRule known : LabelRule.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(rule)) {
        this.label = known;
        return this;
      }
    }
    throw InputErrors.of(
        50, "Unknown label rule \"" + rule + "\"", Location.NONE, "Known: folder, name, none");
  }

  /**
   * Sets what the sources are, which is found out without it: folder, images, video, audio, text,
   * lines, jsonl, json, csv, tsv, parquet, arrow, webdataset, zip, npy, npz, safetensors, hdf5, mds
   * or coco.
   */
  public Ingest format(String id) {
    this.format = SourceFormat.of(id);
    return this;
  }

  /**
   * Sets an id by which a repeated ingest is recognised; see {@link
   * dev.sheaf.format.Transaction#id}.
   */
  public Ingest transactionId(String id) {
    this.transactionId = Objects.requireNonNull(id, "id");
    return this;
  }

  /** Reads files even if size, modification time and inode say that they are unchanged. */
  public Ingest checksum() {
    this.checksum = true;
    return this;
  }

  /** Sets whether the dataset's checks may refuse the commit; they do without it. */
  public Ingest checks(CheckPolicy policy) {
    this.checks = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** Sets the command line to record with the commit; see {@link dev.sheaf.format.Activity}. */
  public Ingest command(String line) {
    this.command = Objects.requireNonNull(line, "line");
    return this;
  }

  /** Sets what happens to an item that cannot be taken. */
  public Ingest onError(OnError what) {
    this.onError = Objects.requireNonNull(what, "what");
    return this;
  }

  /**
   * Sets the number of threads that read, hash and check; the result does not depend on it. Beside
   * them the calling thread orders the rows, and one thread hashes and writes what is stored.
   */
  public Ingest threads(int count) {
    if (count < 1 || count > 1024) {
      throw InputErrors.of(50, "threads=" + count, Location.NONE, "Give a number from 1 to 1024");
    }
    this.threads = count;
    return this;
  }

  /**
   * Takes only a part of the sources: of all items in their order, those whose ordinal modulo
   * {@code count} is {@code number - 1}. All parts together are the whole, whichever machine takes
   * which.
   *
   * @param number from 1 to {@code count}
   */
  public Ingest shard(int number, int count) {
    if (count < 1 || number < 1 || number > count) {
      throw InputErrors.of(
          50,
          "shard=" + number + "/" + count,
          Location.NONE,
          "Give i/N with i from 1 to N, as in 1/4 to 4/4");
    }
    this.shard = number;
    this.shards = count;
    return this;
  }

  /** Sets where relative paths in table cells begin, beside the table's own folder. */
  public Ingest mediaRoot(Path folder) {
    this.mediaRoot = Objects.requireNonNull(folder, "folder");
    return this;
  }

  /**
   * Keeps payloads of more than 1 KiB where they are: the dataset gets checked references to files,
   * to members of uncompressed tars, to stored members of zips and to values in plain MDS shards.
   * What lies otherwise (compressed, in Parquet or Arrow) is copied. {@link
   * dev.sheaf.format.Dataset#absorb} copies the rest later.
   *
   * <p>References name a folder of each source by its own name, and the path below it, so that the
   * same ingest gives the same version on every machine.
   */
  public Ingest link() {
    this.link = true;
    return this;
  }

  /**
   * Names a folder that references begin at, instead of each source's own. Implies {@link #link}.
   *
   * @param name its name in the dataset
   * @param folder a folder that holds what is linked
   */
  public Ingest linkRoot(String name, Path folder) {
    linkRoots.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(folder, "folder"));
    return link();
  }

  /** Sets who is told how far it is, in rows. */
  public Ingest progress(Progress listener) {
    this.progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Finds out what {@link #run} would do, and changes nothing.
   *
   * @throws dev.sheaf.format.DatasetException if a source cannot be taken
   */
  public IngestPlan plan() {
    return new IngestRun(checked()).plan();
  }

  /**
   * Ingests and commits once, or not at all.
   *
   * @throws dev.sheaf.format.DatasetException if a source cannot be taken, or another writer
   *     changed the same samples; nothing is changed then, and a dataset that was not there is not
   *     there now, unless payloads are staged that the next attempt need not read again
   */
  public IngestReport run() {
    return new IngestRun(checked()).run();
  }

  private Ingest checked() {
    if (dataset == null) {
      throw InputErrors.of(50, "No dataset is given", Location.NONE, "Call into(path)");
    }
    return this;
  }
}
