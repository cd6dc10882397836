package dev.sheaf.format;

/**
 * What was copied into a dataset.
 *
 * @param commit the branch's commit afterwards
 * @param samples samples of which a payload was copied
 * @param payloads payloads that were copied
 * @param bytes their bytes
 */
public record AbsorbReport(CommitInfo commit, long samples, long payloads, long bytes) {}
