package dev.sheaf.curation.internal.run;

import dev.sheaf.format.Column;
import dev.sheaf.format.Version;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * What a run made.
 *
 * @param version the curated version with the columns of the run
 * @param steps what each step did, in order
 * @param kept the indices that all steps kept; not to be changed
 * @param columns the columns of the run and their cells by index; not to be changed
 */
public record RunResult(
    Version version, List<StepResult> steps, BitSet kept, Map<Column, List<Object>> columns) {}
