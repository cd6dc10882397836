package dev.sheaf.format;

import dev.sheaf.format.internal.concat.Concatenation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Joins datasets: the samples of some versions are added behind those of a branch, in their order,
 * in one commit. Samples keep their ids, so that one that is there already is not added twice.
 * Chunks are taken over as they are, under their names; nothing is encoded anew.
 *
 * <pre>{@code
 * try (Dataset cats = Dataset.open(Path.of("cats.sheaf"));
 *     Dataset dogs = Dataset.open(Path.of("dogs.sheaf"))) {
 *   ConcatReport report = Concat.of(cats.head(), dogs.head()).into(Path.of("pets.sheaf")).run();
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Columns are united by name, else by identity, with the type that holds the values of both.
 *   <li>What a sample shows in a column that its source does not have is that column's default;
 *       samples that are there show null in columns that only a source has.
 *   <li>A sample that the target has deleted, or left out of its order, is not brought back.
 *   <li>What is beside the samples (views, recipes, checks, taxonomies) stays with the sources.
 * </ul>
 *
 * <p>Killed at any moment, it is repeated by running it again: the chunks come first, then one
 * commit. For one thread; the datasets of the sources stay open until it has run.
 */
public final class Concat {
  private final List<Source> sources = new ArrayList<>();
  private Path dataset;
  private String branch = "";
  private String message = "";
  private String command = "";
  private OnConflict onConflict = OnConflict.REFUSE;
  private CheckPolicy checks = CheckPolicy.ENFORCE;
  private Progress progress = Progress.NONE;
  private boolean copying;

  /** What becomes of a sample whose key another sample has already. */
  public enum OnConflict {
    /** Nothing is added; the keys are named. */
    REFUSE,
    /** It is left out; the sample that has the key stays. */
    SKIP,
    /** It gets the key {@code NAME/KEY}, with the name of its source. */
    PREFIX
  }

  /**
   * A version whose samples are added.
   *
   * @param version the version, or some of its samples; its dataset must be open
   * @param name what messages, the commit and {@link OnConflict#PREFIX} call it
   */
  public record Source(Version version, String name) {
    /** Requires both. */
    public Source {
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(name, "name");
    }
  }

  private Concat() {}

  /** Begins with versions, each of which has the name of its dataset. */
  public static Concat of(Version... versions) {
    Concat concat = new Concat();
    for (Version version : versions) {
      concat.add(version, Concatenation.nameOf(version));
    }
    return concat;
  }

  /** Adds a source behind the others. */
  public Concat add(Version version, String name) {
    sources.add(new Source(version, name));
    return this;
  }

  /** Sets the dataset that the samples are added to; it is made if there is none. */
  public Concat into(Path target) {
    dataset = Objects.requireNonNull(target, "target");
    return this;
  }

  /** Sets the branch that is committed to; without it, the default branch. */
  public Concat branch(String name) {
    branch = name;
    return this;
  }

  /** Sets the commit message; without it, one that names the sources. */
  public Concat message(String text) {
    message = text;
    return this;
  }

  /** Sets the command line that the commit records. */
  public Concat command(String line) {
    command = line;
    return this;
  }

  /** Sets what becomes of a sample whose key is taken; {@link OnConflict#REFUSE} without it. */
  public Concat onConflict(OnConflict policy) {
    onConflict = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** Says whether the checks of the dataset hold; they do without it. */
  public Concat checks(CheckPolicy policy) {
    checks = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Has every chunk copied, and verified on the way. Without it, chunks on the same file system get
   * a second name instead (a hard link), which takes no room and no time.
   */
  public Concat copying() {
    copying = true;
    return this;
  }

  /** Sets who is told how many bytes are copied. */
  public Concat progress(Progress listener) {
    progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /** Returns the sources, in order. */
  public List<Source> sources() {
    return List.copyOf(sources);
  }

  /** Returns the dataset that the samples are added to. */
  public Path dataset() {
    return dataset;
  }

  /** Returns the branch, or the empty string for the default branch. */
  public String branch() {
    return branch;
  }

  /** Returns the commit message, or the empty string. */
  public String message() {
    return message;
  }

  /** Returns the command line, or the empty string. */
  public String command() {
    return command;
  }

  /** Returns what becomes of a sample whose key is taken. */
  public OnConflict onConflict() {
    return onConflict;
  }

  /** Returns whether the checks of the dataset hold. */
  public CheckPolicy checks() {
    return checks;
  }

  /** Returns who is told how far it is. */
  public Progress progress() {
    return progress;
  }

  /** Returns whether every chunk is copied. */
  public boolean isCopying() {
    return copying;
  }

  /**
   * Says what {@link #run} would do; writes nothing.
   *
   * @throws DatasetException as {@link #run}
   */
  public ConcatReport plan() {
    return new Concatenation(this).plan();
  }

  /**
   * Adds the samples.
   *
   * @return what was added; no commit is made where all is there already
   * @throws IllegalStateException if no dataset or no source was named
   * @throws InvalidInputException if a key is taken and that is to be refused, two folders of links
   *     have one name, or a check refuses the version
   * @throws InvalidSchemaException if no type holds the values of a column of both
   * @throws CorruptDataException if a chunk that is copied is damaged
   * @throws NotFoundException if there is no such branch, or a chunk is missing
   * @throws CommitConflictException if other writers committed all the time
   */
  public ConcatReport run() {
    return new Concatenation(this).run();
  }
}
