package dev.sheaf.format;

import java.nio.file.Path;

/**
 * A folder of the outside that linked payloads of a version lie in.
 *
 * @param root the name that the dataset has for it, the same on every machine
 * @param folder where this machine has it
 * @param present whether that folder is there
 * @param bytes about how many bytes of payloads the samples of the version show from it
 */
public record LinkInfo(String root, Path folder, boolean present, long bytes) {}
