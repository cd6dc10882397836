/** Runs the checks of a version before a branch moves to it. */
package dev.sheaf.query.internal.check;
