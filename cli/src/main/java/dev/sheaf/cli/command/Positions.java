package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;

/** Finds the positions of samples that are named one by one, before anything is written. */
record Positions(Version version, String dataset) {
  /** Returns a position for each name, -1 for a range. */
  List<Long> check(List<SampleName> names) {
    List<Long> positions = new ArrayList<>();
    for (SampleName name : names) {
      positions.add(name instanceof SampleName.Between ? Long.valueOf(-1) : (Long) position(name));
    }
    return positions;
  }

  private long position(SampleName name) {
    if (name instanceof SampleName.At at) {
      return version.sample(at.index()).index();
    }
    if (name instanceof SampleName.Id id) {
      return version
          .indexOf(id.id())
          .orElseThrow(() -> absent("SHEAF-NF-022", "No sample with id " + id.id()));
    }
    if (name instanceof SampleName.Key key) {
      return version
          .find(key.key())
          .orElseThrow(() -> absent("SHEAF-NF-021", "No sample with key \"" + key.key() + "\""))
          .index();
    }
    throw new AssertionError(name);
  }

  private NotFoundException absent(String code, String headline) {
    return new NotFoundException(
        code,
        headline,
        Location.of(dataset),
        "List keys with: sheaf head " + dataset + "; another version may have it: @REV");
  }
}
