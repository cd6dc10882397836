package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.format.load.Loader;
import dev.sheaf.format.load.LoaderPass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Loads samples as a training run does. */
final class LoadCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf load pets.sheaf --batch 64 --epochs 1 --stats", "Time one shuffled epoch")
        .example("sheaf load pets.sheaf --rank 0/8", "As the first of eight ranks")
        .synopsis("[DATASET] [--batch N] [--epochs N]")
        .about(
            "Runs the training loader over a version or a view, shuffled by seed and epoch, copies "
                + "every cell into Arrow memory, and prints how fast that is. docs/loader.md says how the "
                + "order is made.")
        .value("N", "Samples a batch and rank (64)", "--batch")
        .value("N", "Epochs (1)", "--epochs")
        .value("N", "Seed of the order (0)", "--seed")
        .value("A,B", "These columns only", "--columns")
        .value("R/W", "Be rank R of W, from 0 (0/1)", "--rank")
        .value("N", "Threads that read ahead (2)", "--threads")
        .flag("In the order of the version, not shuffled", "--in-order")
        .flag("Say how fast each epoch was (also without this option)", "--stats")
        .scanning();
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    long epochs = options().number("--epochs", 1, 1);
    try (Opened opened = Opened.of(target, surroundings())) {
      Loader loader =
          Loader.of(read(opened))
              .batch((int) Math.min(1 << 20, options().number("--batch", 1, 64)))
              .seed(options().number("--seed", 0, 0));
      if (options().has("--columns")) {
        loader = loader.columns(options().values("--columns").toArray(String[]::new));
      }
      loader = options().has("--in-order") ? loader.inOrder() : loader;
      loader = ranked(loader);
      int threads = (int) Math.min(256, options().number("--threads", 1, 2));
      loader = loader.threads(threads, 2 * threads);
      List<Object> all = new ArrayList<>();
      for (long epoch = 0; epoch < epochs; epoch++) {
        all.add(run(loader, epoch));
      }
      if (json()) {
        print(all);
      }
    }
    return 0;
  }

  private Loader ranked(Loader loader) {
    if (!options().has("--rank")) {
      return loader;
    }
    String[] parts = options().value("--rank").split("/", -1);
    try {
      return loader.rank(Integer.parseInt(parts[0]), Integer.parseInt(parts[parts.length - 1]));
    } catch (IllegalArgumentException e) {
      throw usage("--rank is \"" + options().value("--rank") + "\"", "Give R/W, for example 0/8");
    }
  }

  private Object run(Loader loader, long epoch) {
    long from = System.nanoTime();
    try (LoaderPass pass = loader.epoch(epoch);
        ProgressLine progress = progress()) {
      long steps = 0;
      while (pass.hasNext()) {
        pass.next().close();
        progress.at("loading", ++steps, pass.steps());
      }
      double seconds = (System.nanoTime() - from) / 1e9;
      double waited = pass.waitedNanos() / 1e9;
      if (!json() && !quiet()) {
        out()
            .line(
                String.format(
                    Locale.ROOT,
                    "epoch %d: %s samples in %d steps, %s in %.2f s: %s samples/s, %s/s, waited %.2f s",
                    epoch,
                    Amounts.count(pass.samples()),
                    steps,
                    Amounts.bytes(pass.bytes()),
                    seconds,
                    Amounts.count(Math.round(pass.samples() / seconds)),
                    Amounts.bytes(Math.round(pass.bytes() / seconds)),
                    waited));
      }
      return Json.object(
          "epoch",
          epoch,
          "steps",
          steps,
          "samples",
          pass.samples(),
          "bytes",
          pass.bytes(),
          "seconds",
          seconds,
          "samples_per_second",
          pass.samples() / seconds,
          "bytes_per_second",
          pass.bytes() / seconds,
          "waited_seconds",
          waited);
    }
  }
}
