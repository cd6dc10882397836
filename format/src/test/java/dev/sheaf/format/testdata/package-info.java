/**
 * Generators of what lies in {@code testdata/}: {@link dev.sheaf.format.testdata.GeneratePets},
 * tables.
 */
package dev.sheaf.format.testdata;
