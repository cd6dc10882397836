/** SQL with tensors as values, over versions of a dataset. */
package dev.sheaf.query;
