/**
 * What Sheaf's SQL has beside Calcite's grammar, rewritten into it token by token with positions
 * kept. See {@code docs/adr/0002-rewrite-tokens-for-the-sql-dialect.md}.
 */
package dev.sheaf.query.internal.parse;
