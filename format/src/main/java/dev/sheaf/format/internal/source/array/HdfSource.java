package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The data sets of an HDF5 file, read by jHDF; one in a group is named {@code group/name}. Links to
 * other files are not followed.
 */
public final class HdfSource extends ArraySource {
  private static final int MOST_DEPTH = 32;

  private final SourceOptions options;
  private boolean told;

  public HdfSource(SourceFile file, SourceOptions options) {
    super(file, options);
    this.options = options;
  }

  @Override
  Opened open() throws IOException {
    HdfFile hdf = null;
    try {
      hdf = new HdfFile(file().path());
      List<HdfArray> arrays = new ArrayList<>();
      collect(hdf, "", 0, arrays);
      told = true;
      return new Opened(arrays, hdf::close);
    } catch (DatasetException e) {
      close(hdf);
      throw e;
    } catch (RuntimeException e) { // of a damaged file the library throws whatever comes to it
      close(hdf);
      throw InputErrors.badFile("HDF5", e, file().location());
    }
  }

  private static void close(HdfFile hdf) {
    if (hdf != null) {
      hdf.close();
    }
  }

  private void collect(Group group, String prefix, int depth, List<HdfArray> arrays) {
    if (depth > MOST_DEPTH) {
      throw Npy.malformed("groups lie in each other " + depth + " deep", file().location());
    }
    for (Node node : group) {
      String name = prefix + node.getName();
      Location where = file().location().with("dataset", Names.brief(name));
      if (node instanceof Group inner && !node.isLink()) {
        collect(inner, name + "/", depth + 1, arrays);
      } else if (node instanceof Dataset dataset && !node.isLink() && !dataset.isEmpty()) {
        Optional<HdfArray> array = HdfArray.of(column(name), dataset, where);
        array.ifPresent(arrays::add);
        if (array.isEmpty() && !told) {
          options.skipped().accept(unknown(dataset, where));
        }
      } else if (!told) {
        options.skipped().accept(passedOver(where));
      }
    }
  }

  private static DatasetException unknown(Dataset dataset, Location where) {
    return InputErrors.of(
        41,
        "Passed over: elements of HDF5's " + dataset.getDataType().getClass().getSimpleName(),
        where,
        "");
  }

  private static DatasetException passedOver(Location where) {
    return InputErrors.of(41, "Passed over: a link or an empty data set", where, "");
  }
}
