/** MosaicML's MDS shards. */
package dev.sheaf.format.internal.source.shard;
