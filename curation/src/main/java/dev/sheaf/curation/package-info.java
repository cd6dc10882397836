/** Recipes: steps over a version whose outcome is a commit. */
package dev.sheaf.curation;
