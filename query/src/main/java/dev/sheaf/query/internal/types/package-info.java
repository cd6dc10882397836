/** The types of SQL: tensors and media beside the standard ones, and how they map to columns. */
package dev.sheaf.query.internal.types;
