package dev.sheaf.format.ingest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Activity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What an ingest says of itself in the trailers of its commit; see {@link Activity}. */
final class IngestActivity {
  private IngestActivity() {}

  static Map<String, String> trailers(Ingest spec) {
    Map<String, String> trailers = new LinkedHashMap<>();
    trailers.put(Activity.KIND, "ingest");
    if (!spec.command.isBlank()) {
      trailers.put(Activity.COMMAND, oneLine(spec.command));
    }
    trailers.put(Activity.PARAMETERS, oneLine(parameters(spec).toString()));
    trailers.put(Activity.TOOLS, tools());
    return trailers;
  }

  /** Returns what differs from the defaults and can change the result; threads cannot. */
  private static ObjectNode parameters(Ingest spec) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    var sources = node.putArray("sources");
    for (Path source : spec.sources) {
      sources.add(source.toAbsolutePath().normalize().toString());
    }
    if (spec.format != null) {
      node.put("format", spec.format.id());
    }
    if (!spec.key.equals(KeyPolicy.DEFAULT)) {
      node.put("key", lower(spec.key.kind().name()));
      if (spec.key.kind() == KeyPolicy.Kind.COLUMN) {
        node.put("key_column", spec.key.column());
      }
    }
    if (spec.label != null) {
      node.put("label_from", lower(spec.label.name()));
    }
    if (spec.mediaRoot != null) {
      node.put("media_root", spec.mediaRoot.toAbsolutePath().normalize().toString());
    }
    if (spec.link) {
      node.put("link", true);
      spec.linkRoots.forEach(
          (name, folder) ->
              node.withObject("/link_roots")
                  .put(name, folder.toAbsolutePath().normalize().toString()));
    }
    if (spec.onError != OnError.FAIL) {
      node.put("on_error", lower(spec.onError.name()));
    }
    if (spec.checksum) {
      node.put("checksum", true);
    }
    if (spec.shards > 1) {
      node.put("shard", spec.shard + "/" + spec.shards);
    }
    return node;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static String tools() {
    String version = IngestActivity.class.getPackage().getImplementationVersion();
    return "sheaf/"
        + (version == null ? "development" : version)
        + " java/"
        + word("java.version")
        + " "
        + word("os.name")
        + "/"
        + word("os.arch");
  }

  private static String word(String property) {
    return oneLine(System.getProperty(property, "unknown")).replace(' ', '_');
  }

  /** A trailer is one line. */
  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", " ").strip();
  }
}
