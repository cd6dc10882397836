/** From SQL text to a plan whose operators are ours or Calcite's enumerable ones. */
package dev.sheaf.query.internal.plan;
