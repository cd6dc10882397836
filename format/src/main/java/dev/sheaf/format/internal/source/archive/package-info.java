/** Archives of samples: WebDataset tars and zips. */
package dev.sheaf.format.internal.source.archive;
