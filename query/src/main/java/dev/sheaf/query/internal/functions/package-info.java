/** The functions of SQL that are ours: tensors and media. */
package dev.sheaf.query.internal.functions;
