package dev.sheaf.format;

/**
 * What a compaction folded.
 *
 * @param commit the branch's commit afterwards
 * @param segments segments whose layers were folded
 * @param before how many layers were folded
 * @param after how many layers came in their place
 */
public record CompactReport(CommitInfo commit, long segments, long before, long after) {}
