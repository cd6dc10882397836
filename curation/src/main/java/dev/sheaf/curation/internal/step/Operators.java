package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.recipe.StepType;
import java.util.List;

/** All kinds of steps there are. */
public final class Operators {
  /** In the order of the documentation. */
  public static final List<StepType> ALL =
      List.of(
          FilterStep.TYPE,
          ImageQualityStep.TYPE,
          TextQualityStep.TYPE,
          DedupeExactStep.TYPE,
          DedupeTextStep.TYPE,
          DedupeImageStep.TYPE,
          TagStep.TYPE,
          BalanceStep.TYPE,
          EmbedStep.TYPE,
          ExecStep.TYPE);

  private Operators() {}
}
