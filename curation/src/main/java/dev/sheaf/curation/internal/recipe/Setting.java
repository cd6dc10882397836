package dev.sheaf.curation.internal.recipe;

import dev.sheaf.format.Schema;
import java.nio.file.Path;

/**
 * Where a step stands.
 *
 * @param id the step's id
 * @param op what it does
 * @param schema the columns it may read: the version's, and those of the steps before it
 * @param folder what paths in the recipe are relative to
 * @param seed the seed of the recipe
 */
public record Setting(String id, String op, Schema schema, Path folder, long seed) {}
