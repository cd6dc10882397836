/** Instruction and chat sets: brings their several forms into one typed column. */
package dev.sheaf.format.internal.source.chat;
