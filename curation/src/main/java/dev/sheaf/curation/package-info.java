/**
 * Recipes: steps over a version whose outcome is a commit with scores, tags, embeddings, decisions
 * and a selection. Nothing is ever deleted: a sample that a step drops stays in the version, with
 * the reason.
 *
 * <p>Begin with {@link dev.sheaf.curation.Curation} and {@link dev.sheaf.curation.Recipe}; steps of
 * your own implement {@link dev.sheaf.curation.step.Step}.
 */
package dev.sheaf.curation;
