/**
 * The contract of a curation step, for those who write one.
 *
 * <p>A step works in two parts. {@link dev.sheaf.curation.step.Step#features} looks at each sample
 * by itself, is pure, and runs on several threads; its results are kept under the digest of what it
 * read, so that a later run looks only at samples that are new or changed. {@link
 * dev.sheaf.curation.step.Step#decide} sees the features of all samples that reached the step, in
 * order, and gives a verdict for each. Thresholds belong to the second part: changing one costs no
 * recomputation.
 */
package dev.sheaf.curation.step;
